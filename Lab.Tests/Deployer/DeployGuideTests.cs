using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Lab.Tests.Deployer;

/// <summary>The steps of docs/guide/deploy.md, on days with and without the free trial of t4g.small.</summary>
public sealed partial class DeployGuideTests(Moto moto) : IClassFixture<Moto>
{
    private const string FirstDay = "2026-07-01";

    public static TheoryData<string> Days { get; } = [FirstDay, "2028-02-29", "2030-06-15"];

    private static string Guide { get; } = File.ReadAllText(Repository.PathOf("docs/guide/deploy.md"));

    [Theory]
    [MemberData(nameof(Days))]
    public async Task The_guides_steps_work_on_any_day(string day)
    {
        await moto.ResetAsync();
        using var trial = new LabDeploy("bastion: {create: true}");
        // No test asks a public registry: pin has tests of its own.
        foreach (
            var command in Commands()
                .Where(command =>
                    !command.Contains("--target aws", StringComparison.Ordinal)
                    && command != "lab-deploy pin"
                    && !command.Contains(Policy, StringComparison.Ordinal)
                )
        )
        {
            // The specification's own design is over budget on any day: check says so.
            var arguments = command.Split(' ')[1..];
            var isCheck = arguments[0] == "check";
            (await RunAsync(trial, day, arguments is ["apply", ..] ? [.. arguments, "--yes"] : arguments)).Expect(isCheck ? 1 : 0);
        }

        using var program = await AppliedAsync(day);
    }

    [Fact]
    public async Task What_the_guide_builds_is_verified_used_and_removed()
    {
        using var program = await AppliedAsync(FirstDay);
        (await program.RunAsync(moto.Endpoint, "verify")).Expect(0);
        (await program.RunAsync(moto.Endpoint, "launch")).Expect(0);
        (await program.RunAsync(moto.Endpoint, "stop", "--yes")).Expect(0);
        (await program.RunAsync(moto.Endpoint, "access", "--yes")).Expect(0);
        (await program.RunAsync(moto.Endpoint, "destroy", "--yes")).Expect(0);
    }

    /// <summary>The commands of the guide that are about an account, in the order of a trial, with the exit code of each.</summary>
    internal static readonly (string Command, int ExitCode)[] OfAnAccount =
    [
        ("doctor", 0),
        ("plan --out plan", 2),
        ("apply plan", 0),
        ("status", 0),
        ("verify", 0),
        ("audit", 0),
        ("bastion start", 0),
        ("launch", 0),
        ("launch 2", 0),
        ("nodes", 0),
        ("stop --keep-disks", 0),
        ("start", 0),
        ("stop", 0),
        ("bastion stop", 0),
        ("access", 0),
        ("destroy", 0),
    ];

    /// <summary>Its options are to be filled in.</summary>
    private const string Policy = "doctor --policy";

    private static readonly string[] ThatAsk = ["apply", "launch", "stop", "access", "destroy"];

    [Fact]
    public async Task Every_command_about_an_account_works_against_the_emulator()
    {
        // Those of a cluster are run by ClusterOnAwsTests.
        var shown = Commands()
            .Where(command =>
                command.Contains("--target aws", StringComparison.Ordinal) && !command.StartsWith("lab-deploy cluster ", StringComparison.Ordinal)
            );
        Assert.Equal(
            OfAnAccount.Select(step => step.Command).Order(StringComparer.Ordinal),
            shown
                .Select(command => command["lab-deploy ".Length..].Replace(" --target aws", "", StringComparison.Ordinal))
                .Distinct()
                .Order(StringComparer.Ordinal)
        );

        var policy = Assert
            .Single(Commands(), command => command.Contains(Policy, StringComparison.Ordinal))["lab-deploy ".Length..]
            .Replace("TEMPLATE-OF-THE-BASTION", "lt-0123456789abcdef0", StringComparison.Ordinal)
            .Replace("ROLE-OF-THE-BASTION", "bastion", StringComparison.Ordinal);
        await moto.ResetAsync();
        using var program = new LabDeploy("bastion: {create: true}\nnetwork: {egress: ipv6}\nbudget: {monthlyUsd: 5}\n");
        (await program.RunAsync(moto.Endpoint, policy.Split(' '))).Expect(0);
        foreach (var (command, exitCode) in OfAnAccount)
        {
            var words = command.Split(' ');
            (await program.RunAsync(moto.Endpoint, ThatAsk.Contains(words[0]) ? [.. words, "--yes"] : words)).Expect(exitCode);
        }
    }

    [Theory]
    [InlineData("2026-12-31", 0, 0)]
    [InlineData("2027-01-01", 2.8, 3)]
    [InlineData("2028-02-29", 2.8, 3)]
    [InlineData("2030-06-15", 2.8, 3)]
    public async Task The_price_gate_goes_by_the_day_that_is_given(string day, double usd, int applied)
    {
        await moto.ResetAsync();
        using var program = new LabDeploy("{bastion: {create: true}, network: {egress: ipv6}, nodes: [], budget: {monthlyUsd: 0.10}}");

        Assert.Equal(usd, (double)JsonNode.Parse((await RunAsync(program, day, "status", "--json")).Expect(0).Output)!["priceUsd"]!, 2);
        var planned = JsonNode.Parse((await RunAsync(program, day, "plan", "--json")).Expect(2).Output)!;
        Assert.Equal(applied == 3, planned["findings"]!.AsArray().Any(finding => (string?)finding!["id"] == "over-budget"));
        Assert.Equal(day, (string?)planned["price"]!["date"]);
        (await RunAsync(program, day, "check")).Expect(applied == 3 ? 1 : 0);
        (await RunAsync(program, day, "apply", "--yes")).Expect(applied);
    }

    [Fact]
    public async Task On_AWS_another_days_prices_are_no_way_around_the_gate()
    {
        using var program = new LabDeploy("{bastion: {create: true}, network: {egress: ipv6}}");
        program.Environment["AWS_ACCESS_KEY_ID"] = "test";
        program.Environment["AWS_SECRET_ACCESS_KEY"] = "test";

        Assert.Contains("--date is for an emulator", (await RunAsync(program, "2026-01-01", "apply", "--yes", "--target", "aws")).Expect(1).Errors);
    }

    /// <summary>The guide's lab, planned and applied on a day.</summary>
    private async Task<LabDeploy> AppliedAsync(string day)
    {
        await moto.ResetAsync();
        var program = new LabDeploy(Yaml().Match(Guide).Groups["yaml"].Value.Replace("\n   ", "\n", StringComparison.Ordinal) + "\nbastion:\n  create: true\n");
        program.Environment["HOME_IPV6"] = "2001:db8::7";
        (await RunAsync(program, day, "plan", "--out", "plan")).Expect(2);
        (await RunAsync(program, day, "apply", "plan", "--yes")).Expect(0);
        return program;
    }

    /// <summary>What the guide says to type, without options to be filled in.</summary>
    private static IEnumerable<string> Commands() =>
        Command().Matches(Guide).Select(match => match.Groups["command"].Value).Where(command => command.StartsWith("lab-deploy ", StringComparison.Ordinal));

    private Task<LabDeploy.Ended> RunAsync(LabDeploy program, string day, params string[] arguments) =>
        program.RunAsync(moto.Endpoint, arguments[0] == "verify" ? arguments : [.. arguments, "--date", day]);

    /// <summary>Not the fence of a block: what follows it would be taken for text, and text for commands.</summary>
    [GeneratedRegex("(?<!`)`(?<command>[^`\n]+)`(?!`)")]
    private static partial Regex Command();

    [GeneratedRegex("```yaml\n   (?<yaml>.*?)\n   ```", RegexOptions.Singleline)]
    private static partial Regex Yaml();
}
