using System.Xml.Linq;
using Lab.Model;

namespace Lab.Emulation.Aws.MotoQuirks;

/// <summary>An Auto Scaling group of an emulator.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Desired">How many instances it shall have.</param>
/// <param name="Instances">Those that it has.</param>
/// <param name="Subnets">Where they go.</param>
/// <param name="TemplateId">What they are launched from.</param>
/// <param name="TemplateVersion">Number, <c>$Latest</c> or <c>$Default</c>.</param>
/// <param name="Tags">Tags that its instances get.</param>
internal sealed record ScalingGroup(
    string Name,
    int Desired,
    IReadOnlyList<string> Instances,
    IReadOnlyList<string> Subnets,
    string TemplateId,
    string TemplateVersion,
    IReadOnlyDictionary<string, string> Tags
);

/// <summary>The two calls of Auto Scaling that are needed. There is no SDK package to be had, and an emulator checks no signature.</summary>
internal sealed class ScalingApi(EmulatedAccount account) : IDisposable
{
    private const string Version = "2011-01-01";

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(20) };

    public async Task<IReadOnlyList<ScalingGroup>> GroupsAsync(CancellationToken cancellationToken)
    {
        var answer = XElement.Parse(await CallAsync(new() { ["Action"] = "DescribeAutoScalingGroups" }, cancellationToken));
        return [.. answer.Descendants().Where(element => element.Name.LocalName == "AutoScalingGroups").Elements().Select(Group)];
    }

    public Task AttachAsync(string group, string instance, CancellationToken cancellationToken) =>
        CallAsync(
            new()
            {
                ["Action"] = "AttachInstances",
                ["AutoScalingGroupName"] = group,
                ["InstanceIds.member.1"] = instance,
            },
            cancellationToken
        );

    public void Dispose() => _client.Dispose();

    private async Task<string> CallAsync(Dictionary<string, string> parameters, CancellationToken cancellationToken)
    {
        parameters["Version"] = Version;
        using var request = new HttpRequestMessage(HttpMethod.Post, account.Endpoint) { Content = new FormUrlEncodedContent(parameters) };
        // An emulator learns service and region from the signature's scope.
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential=test/20260101/{account.Region}/autoscaling/aws4_request, SignedHeaders=host, Signature=0"
        );
        using var answer = await _client.SendAsync(request, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? text : throw new LabException($"The emulator refuses {parameters["Action"]}: {(int)answer.StatusCode} {text}");
    }

    private static ScalingGroup Group(XElement group)
    {
        string Text(XElement? parent, string name) => parent?.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value ?? "";
        IEnumerable<XElement> List(string name) => group.Elements().Where(element => element.Name.LocalName == name).Elements();
        var template = group.Elements().FirstOrDefault(element => element.Name.LocalName == "LaunchTemplate");
        return new(
            Text(group, "AutoScalingGroupName"),
            int.Parse(Text(group, "DesiredCapacity"), System.Globalization.CultureInfo.InvariantCulture),
            [.. List("Instances").Select(member => Text(member, "InstanceId"))],
            Text(group, "VPCZoneIdentifier").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Text(template, "LaunchTemplateId"),
            Text(template, "Version"),
            List("Tags").Where(tag => Text(tag, "PropagateAtLaunch") == "true").ToDictionary(tag => Text(tag, "Key"), tag => Text(tag, "Value"))
        );
    }
}
