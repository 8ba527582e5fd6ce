using System.Collections.Concurrent;
using System.Net;
using System.Web;
using System.Xml.Linq;

namespace Lab.Tests.Deployer.Strict;

/// <summary>An answer of the emulator.</summary>
internal sealed record Answer(HttpStatusCode Status, string? Type, string Body);

/// <summary>
/// moto, made as strict as AWS where it is not: a NAT gateway is pending at first, what was just in use cannot be deleted at once, DHCP
/// options get the tags of their create call. Its list of other accounts' images, which never changes and takes long, is asked for once.
/// </summary>
internal sealed class StrictMoto(Uri moto) : IDisposable
{
    private static readonly ConcurrentDictionary<string, Answer> Images = new();

    /// <summary>What AWS always lists at once.</summary>
    private static readonly string[] Whole = ["DescribeAddresses", "DescribeAvailabilityZones", "DescribeRegions"];

    private readonly HttpClient _client = new();
    private readonly ConcurrentDictionary<string, bool> _refused = new();
    private readonly ConcurrentDictionary<string, Rest> _rest = new();
    private int _natLooks;
    private int _pages;

    /// <summary>The most that one answer of EC2 lists; an empty page comes first, which AWS may give too. Null: all at once.</summary>
    public int? PageSize { get; set; }

    /// <summary>How late what was made and taken away shows; null: at once.</summary>
    public EventualConsistency? Consistency { get; set; }

    /// <summary>Refuses what the services' own models do not allow; null: what moto takes is taken.</summary>
    public ServiceModels? Models { get; set; }

    public void Dispose() => _client.Dispose();

    /// <summary>What is left of a list, and the answer without any of it: the emulator is asked once, for all of it.</summary>
    private sealed record Rest(Answer Frame, XName List, List<XElement> Items);

    /// <summary>The answer to a call; its effect has taken place.</summary>
    public async Task<Answer> AnswerAsync(Call call)
    {
        if ((Models?.Refuse(call) ?? Consistency?.Refuse(call)) is { } refusal)
        {
            return refusal;
        }

        if (
            PageSize is not { } size
            || call.Service != "ec2"
            || !call.Operation.StartsWith("Describe", StringComparison.Ordinal)
            || Whole.Contains(call.Operation)
        )
        {
            return await WholeAnswerAsync(call);
        }

        if (HttpUtility.ParseQueryString(call.Text)["NextToken"] is not { } token)
        {
            return BeginList(await WholeAnswerAsync(call), size);
        }

        // A page that got lost is asked for again.
        return _rest.TryGetValue(token, out var rest) ? Page(rest, size) : Error(call, HttpStatusCode.BadRequest, "InvalidNextToken");
    }

    private Answer BeginList(Answer whole, int size)
    {
        if (whole.Status != HttpStatusCode.OK)
        {
            return whole;
        }

        var root = XElement.Parse(whole.Body);
        if (root.Elements().FirstOrDefault(set => set.Elements().Any(item => item.Name.LocalName == "item")) is not { } list)
        {
            return whole;
        }

        var items = list.Elements().ToList();
        list.RemoveNodes();
        return Page(new Rest(whole with { Body = root.ToString() }, list.Name, items), size, isEmpty: true);
    }

    private Answer Page(Rest rest, int size, bool isEmpty = false)
    {
        var root = XElement.Parse(rest.Frame.Body);
        var count = isEmpty ? 0 : Math.Min(size, rest.Items.Count);
        root.Element(rest.List)!.Add(rest.Items.Take(count));
        if (count < rest.Items.Count)
        {
            var token = $"page-{Interlocked.Increment(ref _pages)}";
            _rest[token] = rest with { Items = rest.Items[count..] };
            root.Add(new XElement(root.Name.Namespace + "nextToken", token));
        }

        return rest.Frame with
        {
            Body = root.ToString(SaveOptions.DisableFormatting),
        };
    }

    private async Task<Answer> WholeAnswerAsync(Call call)
    {
        if (Consistency is not { } consistency)
        {
            return await ImmediateAnswerAsync(call);
        }

        var going = await consistency.BeforeAsync(call, description => ForwardAsync(call, description));
        return consistency.After(call, await ImmediateAnswerAsync(call), going);
    }

    private async Task<Answer> ImmediateAnswerAsync(Call call)
    {
        if (call.Operation is "DeleteSubnet" or "DeleteSecurityGroup" && _refused.TryAdd(call.Text, true))
        {
            return Error(call, HttpStatusCode.BadRequest, "DependencyViolation");
        }

        var isFixed = call.Operation == "DescribeImages" && !call.Text.Contains("Owner.1=self", StringComparison.Ordinal);
        if (isFixed && Images.TryGetValue(call.Text, out var known))
        {
            return known;
        }

        var answer = await ForwardAsync(call, call.Text);
        if (answer.Status != HttpStatusCode.OK)
        {
            return answer;
        }

        return call.Operation switch
        {
            "DescribeImages" when isFixed => Images[call.Text] = answer,
            "CreateDhcpOptions" => answer with { Body = await TagDhcpOptionsAsync(call, answer.Body) },
            "DescribeNatGateways" when answer.Body.Contains("<natGatewayId>", StringComparison.Ordinal) && Interlocked.Increment(ref _natLooks) <= 2 =>
                answer with
                {
                    Body = answer.Body.Replace("<state>available</state>", "<state>pending</state>", StringComparison.Ordinal),
                },
            _ => answer,
        };
    }

    /// <summary>A refusal in the protocol of the call.</summary>
    public static Answer Error(Call call, HttpStatusCode status, string code, string message = "made by the test") =>
        call.IsJson
            ? new Answer(status, "application/x-amz-json-1.1", $$"""{"__type":"{{code}}","message":"{{message}}"}""")
            : new Answer(
                status,
                "text/xml",
                $"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>1</RequestID></Response>"
            );

    private async Task<Answer> ForwardAsync(Call call, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(moto, call.Path)) { Content = new StringContent(body) };
        request.Content.Headers.Clear();
        foreach (var (name, value) in call.Headers.Where(header => header.Key.ToLowerInvariant() is not ("host" or "content-length" or "connection")))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var answer = await _client.SendAsync(request);
        return new Answer(answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsStringAsync());
    }

    private async Task<string> TagDhcpOptionsAsync(Call call, string answer)
    {
        var parameters = HttpUtility.ParseQueryString(call.Text);
        var id = answer.Split("<dhcpOptionsId>")[1].Split('<')[0];
        var tags = Enumerable
            .Range(1, 10)
            .Select(i => (Key: parameters[$"TagSpecification.1.Tag.{i}.Key"], Value: parameters[$"TagSpecification.1.Tag.{i}.Value"]))
            .Where(tag => tag.Key is not null)
            .ToList();
        var form = string.Join(
            '&',
            tags.Select((tag, i) => $"Tag.{i + 1}.Key={Uri.EscapeDataString(tag.Key!)}&Tag.{i + 1}.Value={Uri.EscapeDataString(tag.Value!)}")
        );
        await ForwardAsync(call, $"Action=CreateTags&Version=2016-11-15&ResourceId.1={id}&{form}");
        var set = string.Concat(tags.Select(tag => $"<item><key>{tag.Key}</key><value>{tag.Value}</value></item>"));
        return answer.Replace("</dhcpOptions>", $"<tagSet>{set}</tagSet></dhcpOptions>", StringComparison.Ordinal);
    }
}
