using System.Text.RegularExpressions;
using Lab.Emulation.Aws;
using Lab.Emulation.Network.Isolation;
using Lab.Emulation.Network.Vpc;

namespace Lab.Tests.Fabric.Vpc;

/// <summary>How far instance metadata is heard.</summary>
public sealed partial class MetadataHopTests
{
    private const string Token = "http://169.254.169.254/latest/api/token";

    /// <summary>Counts what arrives of the metadata service with a content, by its time to live.</summary>
    private const string Counters = """
        table ip seen {
            chain input {
                type filter hook input priority 0; policy accept;
                ip saddr 169.254.169.254 tcp flags psh ip ttl 1 counter comment "one"
                ip saddr 169.254.169.254 tcp flags psh ip ttl 2 counter comment "two"
                ip saddr 169.254.169.254 tcp flags psh ip ttl 64 counter comment "any"
            }
        }
        """;

    [Theory]
    [InlineData(1, "one")]
    [InlineData(2, "two")]
    public async Task A_token_travels_as_far_as_the_hop_limit_and_everything_else_as_usual(int limit, string counter)
    {
        var one = Vpcs.Interface(5, "sg-1");
        var state = Vpcs.Empty with
        {
            Interfaces = [one],
            SecurityGroups = [Vpcs.Group("sg-1", [], [Vpcs.All("0.0.0.0/0")])],
            Instances =
            [
                new VpcInstance("i-5", VpcInstance.Running, new Dictionary<string, string>())
                {
                    ImageId = "ami-1",
                    InstanceType = "t4g.small",
                    MetadataHopLimit = limit,
                },
            ],
        };
        await using var lab = await VpcLab.StartAsync(state);
        await using var server = await MetadataServer.StartAsync(
            lab.Fabric,
            new MetadataService(new SessionTokens(TimeProvider.System), "eu-west-1", "eu-west-1a"),
            () => state,
            _ => { },
            TestContext.Current.CancellationToken
        );
        var host = VpcLab.HostOf(one);
        await lab.RunAsync(host, "nft", Counters);

        Assert.NotEmpty(await AskAsync(lab, host, "-X", "PUT", "-H", "X-aws-ec2-metadata-token-ttl-seconds: 60", Token));
        Assert.Equal([counter], await SeenAsync(lab, host));
        Assert.Equal("i-5", await AskAsync(lab, host, "http://169.254.169.254/latest/meta-data/instance-id"));
        Assert.Equal(new[] { counter, "any" }.Order(), (await SeenAsync(lab, host)).Order());
    }

    private static Task<string> AskAsync(VpcLab lab, LabHost host, params string[] arguments) =>
        lab.RunAsync(host, "curl", ["-s", "--fail", "--max-time", "20", .. arguments]);

    private static async Task<IReadOnlyList<string>> SeenAsync(VpcLab lab, LabHost host) =>
        [
            .. Counter()
                .Matches(await lab.RunAsync(host, "nft", "list", "table", "ip", "seen"))
                .Where(match => match.Groups["packets"].Value != "0")
                .Select(match => match.Groups["name"].Value),
        ];

    [GeneratedRegex("counter packets (?<packets>\\d+) bytes \\d+ comment \"(?<name>\\w+)\"")]
    private static partial Regex Counter();
}
