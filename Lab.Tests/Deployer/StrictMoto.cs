using System.Collections.Concurrent;
using System.Net;
using System.Web;

namespace Lab.Tests.Deployer;

/// <summary>An answer of the emulator.</summary>
internal sealed record Answer(HttpStatusCode Status, string? Type, string Body);

/// <summary>
/// moto, made as strict as AWS where it is not: a NAT gateway is pending at first, what was just in use cannot be deleted at once, DHCP
/// options get the tags of their create call. Its list of other accounts' images, which never changes and takes long, is asked for once.
/// </summary>
internal sealed class StrictMoto(Uri moto) : IDisposable
{
    private static readonly ConcurrentDictionary<string, Answer> Images = new();

    private readonly HttpClient _client = new();
    private readonly ConcurrentDictionary<string, bool> _refused = new();
    private int _natLooks;

    public void Dispose() => _client.Dispose();

    /// <summary>The answer to a call; its effect has taken place.</summary>
    public async Task<Answer> AnswerAsync(Call call)
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
                answer with { Body = answer.Body.Replace("<state>available</state>", "<state>pending</state>", StringComparison.Ordinal) },
            _ => answer,
        };
    }

    /// <summary>A refusal in the protocol of the call.</summary>
    public static Answer Error(Call call, HttpStatusCode status, string code) => call.IsJson
        ? new Answer(status, "application/x-amz-json-1.1", $$"""{"__type":"{{code}}","message":"made by the test"}""")
        : new Answer(status, "text/xml", $"<Response><Errors><Error><Code>{code}</Code><Message>made by the test</Message></Error></Errors><RequestID>1</RequestID></Response>");

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
        var tags = Enumerable.Range(1, 10).Select(i => (Key: parameters[$"TagSpecification.1.Tag.{i}.Key"], Value: parameters[$"TagSpecification.1.Tag.{i}.Value"])).Where(tag => tag.Key is not null).ToList();
        var form = string.Join('&', tags.Select((tag, i) => $"Tag.{i + 1}.Key={Uri.EscapeDataString(tag.Key!)}&Tag.{i + 1}.Value={Uri.EscapeDataString(tag.Value!)}"));
        await ForwardAsync(call, $"Action=CreateTags&Version=2016-11-15&ResourceId.1={id}&{form}");
        var set = string.Concat(tags.Select(tag => $"<item><key>{tag.Key}</key><value>{tag.Value}</value></item>"));
        return answer.Replace("</dhcpOptions>", $"<tagSet>{set}</tagSet></dhcpOptions>", StringComparison.Ordinal);
    }
}
