using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Lab.Tests.Deployer;

/// <summary>Every verb, as a command: what it does, its JSON, its exit code.</summary>
public sealed partial class VerbTests(Moto moto) : IClassFixture<Moto>
{
    private const string Yaml = "{bastion: {create: true}, network: {egress: ipv6}}";

    private static readonly string[] Verbs =
    [
        "apply",
        "plan",
        "verify",
        "status",
        "outputs",
        "cost",
        "check",
        "pin",
        "doctor",
        "render",
        "destroy",
        "launch",
        "nodes",
        "terminate",
        "access",
        "stop",
        "audit",
        "unlock",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lab_lives_from_plan_to_destroy()
    {
        await moto.ResetAsync();
        using var program = new LabDeploy(Yaml);
        async Task<JsonNode> Json(int code, params string[] arguments) =>
            JsonNode.Parse((await program.RunAsync(moto.Endpoint, [.. arguments, "--json"])).Expect(code).Output)!;

        Assert.Equal("18 to create", (string?)(await Json(2, "plan", "--out", "a.plan"))["plan"]!["summary"]);
        Assert.Equal("18 to create", (string?)(await Json(0, "apply", "a.plan", "--yes"))["applied"]!["summary"]);
        Assert.True((bool?)(await Json(0, "plan"))["plan"]!["empty"]);
        Assert.Contains("now there is to do: nothing", (string?)(await Json(1, "apply", "a.plan", "--yes"))["error"]);
        Assert.All((await Json(0, "verify")).AsArray(), phase => Assert.Contains(" 0 failed", (string?)phase!["summary"]));
        Assert.Equal(18, (int?)(await Json(0, "status"))["resources"]);
        Assert.StartsWith("vpc-", (string?)(await Json(0, "outputs"))["1"]!["vpc"]);
        Assert.Equal("ipv6", (string?)(await Json(0, "cost"))["egress"]);
        Assert.NotEmpty((await Json(0, "check")).AsArray());
        Assert.Equal("123456789012", (string?)(await Json(0, "doctor"))["account"]);
        Assert.Equal("2012-10-17", (string?)(await Json(0, "doctor", "--policy"))["Version"]);
        Assert.All((await Json(0, "render", "out")).AsArray(), file => Assert.True(File.Exists(Path.Combine(program.Folder, "out", (string)file!))));

        var nodes = (await Json(0, "launch", "3")).AsArray().Select(node => (string)node!["id"]!).ToList();
        Assert.Equal(nodes, (await Json(0, "nodes")).AsArray().Select(node => (string)node!["id"]!));
        Assert.Equal([nodes[1]], (await Json(0, "terminate", nodes[1], "--yes"))["terminated"]!.AsArray().Select(node => (string)node!));
        Assert.Equal([nodes[0], nodes[2]], (await Json(0, "stop", "--yes"))["terminated"]!.AsArray().Select(node => (string)node!));
        Assert.Empty((await Json(0, "nodes")).AsArray());
        Assert.All((await Json(0, "audit")).AsArray(), finding => Assert.Equal("not-checked", (string?)finding!["verdict"]));
        Assert.Null((await Json(0, "unlock"))["removed"]);
        Assert.Contains("vpc", (await Json(0, "destroy", "--yes"))["removed"]!.AsArray().Select(resource => (string?)resource));
        Assert.Empty((await Json(0, "destroy", "--yes"))["removed"]!.AsArray());
        Assert.Equal(1, (int?)(await Json(1, "launch"))["exitCode"]);
    }

    [Fact]
    public async Task Access_changes_only_the_operators_rule()
    {
        await moto.ResetAsync();
        using var program = new LabDeploy(Yaml);
        using var aws = Runs.Clients(moto.Endpoint);
        program.Environment["HOME_IPV6"] = "2001:db8::7";
        (await program.RunAsync(moto.Endpoint, "apply", "--yes")).Expect(0);
        var group = (await aws.Ec2.DescribeSecurityGroupsAsync(new() { Filters = [new("group-name", ["bastion-sg"])] }, Token)).SecurityGroups.Single().GroupId;
        await aws.Ec2Writes.AuthorizeSecurityGroupIngressAsync(
            new()
            {
                GroupId = group,
                IpPermissions =
                [
                    new()
                    {
                        IpProtocol = "tcp",
                        FromPort = 80,
                        ToPort = 80,
                        Ipv4Ranges = [new() { CidrIp = "203.0.113.0/24" }],
                    },
                ],
            },
            Token
        );

        var run = (await program.RunAsync(moto.Endpoint, "access", "--ipv6", "2001:db8::8", "--yes")).Expect(0);

        Assert.Equal(
            ["- ingress tcp 22 from 2001:db8::7/128: allowed", "+ ingress tcp 22 from 2001:db8::8/128: allowed"],
            run.Output.Split('\n').Select(line => line.Trim()).Where(line => line.Contains("ingress", StringComparison.Ordinal))
        );
        var rules = (await aws.Ec2.DescribeSecurityGroupsAsync(new() { GroupIds = [group] }, Token)).SecurityGroups.Single().IpPermissions;
        Assert.Contains(rules, rule => rule.FromPort == 80);
        Assert.Equal("2001:db8::8/128", rules.Single(rule => rule.FromPort == 22).Ipv6Ranges.Single().CidrIpv6);
        var audit = (await program.RunAsync(moto.Endpoint, "audit")).Expect(1).Output;
        Assert.Contains("ingress tcp 80 from 203.0.113.0/24", audit);
    }

    [Fact]
    public async Task A_lease_that_is_held_is_shown_and_can_be_removed()
    {
        await moto.ResetAsync();
        using var program = new LabDeploy(Yaml);
        using var aws = Runs.Clients(moto.Endpoint);
        var owner = new global::Lab.Deployment.Reconciling.LeaseOwner("ann", "elsewhere", "boot", 4711, "then");
        await using (await global::Lab.Deployment.Reconciling.Lease.TakeAsync(aws, new(), owner, "apply", Token))
        {
            var refused = (await program.RunAsync(moto.Endpoint, "apply", "--yes")).Expect(1);
            Assert.Contains("ann@elsewhere (process 4711) is changing lab lab (apply)", refused.Errors);
            Assert.Contains("by ann@elsewhere", (await program.RunAsync(moto.Endpoint, "status")).Expect(0).Output);
            Assert.Contains("Removed the lease of ann@elsewhere", (await program.RunAsync(moto.Endpoint, "unlock", "--yes")).Expect(0).Output);
        }

        (await program.RunAsync(moto.Endpoint, "apply", "--yes")).Expect(0);
    }

    [Fact]
    public async Task Help_of_each_verb_has_an_example_and_the_list_of_verbs_has_a_line_each()
    {
        using var program = new LabDeploy("{}");
        var list = (await program.RunAsync(moto.Endpoint, "--help")).Expect(0).Output;
        foreach (var verb in Verbs)
        {
            Assert.Matches($@"(?m)^  {verb}\b", list);
            var help = (await program.RunAsync(moto.Endpoint, verb, "--help")).Expect(0).Output;
            Assert.Contains($"  lab-deploy {verb}", help[help.LastIndexOf("Example", StringComparison.Ordinal)..]);
        }

        Assert.DoesNotContain("lab-deploy terminate --yes", list);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task On_a_terminal_tables_fit_and_there_is_color_unless_it_is_not_wanted(bool color)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script is not installed: apt-get install bsdutils");
        await moto.ResetAsync();
        using var program = new LabDeploy(Yaml);
        program.Environment["TERM"] = "xterm-256color";
        program.Environment["LANG"] = "C.UTF-8";
        if (!color)
        {
            program.Environment["NO_COLOR"] = "1";
        }

        foreach (var verb in new[] { "plan", "cost", "status", "check" })
        {
            var command = $"stty cols 80 rows 40; {string.Join(' ', LabDeploy.Command(verb))}";
            var run = (await program.RunCommandAsync(moto.Endpoint, ["/usr/bin/script", "-qec", command, "/dev/null"])).Expect(verb == "plan" ? 2 : 0);

            Assert.Equal(color && verb is ("plan" or "check"), ColorSequence().IsMatch(run.Output));
            var rows = AnySequence().Replace(run.Output, "").Split('\n').Where(line => line.StartsWith('│') || line.StartsWith('╭')).ToList();
            Assert.Equal(verb is "cost" or "status", rows.Count > 0);
            Assert.All(rows, row => Assert.InRange(row.TrimEnd('\r').Length, 1, 80));
        }
    }

    [GeneratedRegex(@"\e\[[0-9;]*3[0-9][0-9;]*m|\e\[9[0-9]m|\e\[38;")]
    private static partial Regex ColorSequence();

    [GeneratedRegex(@"\e\[[0-9;?]*[a-zA-Z]")]
    private static partial Regex AnySequence();
}
