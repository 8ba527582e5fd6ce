using CliWrap;
using CliWrap.Buffered;
using Lab.Tests.Deployer;

namespace Lab.Tests.Programs;

/// <summary>The commands of README and guides, run as they stand there; what is shown of their output is compared.</summary>
[Collection(VirtualMachines.Name)]
public sealed class GuideTests : IAsyncDisposable
{
    /// <summary>Commands of <c>lab</c> that another test runs, or none can, and why.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.Ordinal)
    {
        ["cluster status"] = "ClusterInLabTests: needs a talosctl",
        ["exec -- talosctl get members"] = "needs a real Talos",
        ["exec -- kubectl get nodes"] = "needs a real Talos",
        ["shell"] = "ExecTests",
        ["console cp1"] = "FullScreenTests: needs a terminal",
        ["up --image ~/talos"] = "FirmwareTests and CachedImageTests: a folder of the user's",
        ["up --image ghcr.io/urmanac/talos-cozystack-demo:demo-stable"] = "RegistryImageTests: no test asks a public registry",
        ["up --image v1.11.2"] = "TalosReleaseTests: no test asks a public server",
        ["up --lan home"] = "HomeRouterTests",
        ["up --lan home --once"] = "HomeRouterTests",
        ["up --lan home --once --fault wrong-interface"] = "HomeRouterTests",
        ["serve --interface eth0 --image v1.11.2"] = "ServeTests: needs a real interface",
        ["render out --for home --interface eth0 --image v1.11.2"] = "RenderTests: with the stand-in; no test asks a public server",
        ["serve --interface eth0 --image v1.11.2 --install-service"] = "ServeServiceTests: needs systemd",
        ["serve --uninstall"] = "ServeServiceTests: needs systemd",
        ["mark-installed cp1"] = "ServeTests",
        ["reinstall cp1"] = "ServeTests",
        ["up --file examples/three-nodes.yaml"] = "ExamplesTests",
    };

    private static readonly string[] OfARunningHome =
    [
        "up",
        "ps",
        "dashboard",
        "logs dnsmasq --follow",
        "power-cycle cp1",
        "reset-disk cp1",
        "reset-firmware cp1",
        "exec -- curl http://10.20.13.140:8080/boot.ipxe",
        "down",
    ];

    private static readonly string[] AtOnce =
    [
        "up --once",
        "up --once; result=$?",
        "up --once --fault wrong-mac",
        "report junit.xml",
        "report --format markdown >> \"$GITHUB_STEP_SUMMARY\"",
        "init --subnet 192.168.1.0/24",
        "reservations",
        "up --vpc --once",
    ];

    private static readonly string[] OfARunningVpc =
    [
        "logs matchbox",
        "route cp1 registry-1.docker.io",
        "route 2001:db8::8 \"bastion (eth0)\" --port 22",
        "route cp1 bastion --port 8080",
    ];

    /// <summary>Commands of other programs that another test runs, or none can, and why.</summary>
    private static readonly Dictionary<string, string> OfOthersElsewhere = new(StringComparer.Ordinal)
    {
        ["git clone <this repository> lab && cd lab"] = "a copy of the repository",
        ["eval \"$(lab env)\""] = "EnvTests",
        ["ssh -L 15080:127.0.0.1:15080 lab-machine"] = "needs a second machine",
        ["rsync -a out/ box:lab/ && ssh box 'cd lab && docker compose up -d'"] = "needs a second machine",
        ["LAB_SCREENSHOTS=1 dotnet test --filter-class \"Lab.Tests.Dashboard.RealLabTests\""] = "makes the pictures",
        ["LAB_SCREENSHOTS=1 dotnet test --filter-class \"Lab.Tests.Dashboard.VpcPageTests\""] = "makes the pictures",
        ["LAB_SCREENSHOTS=1 dotnet test --filter-class \"Lab.Tests.Aspire.AspireDashboardTests\""] = "makes the pictures",
        ["docs/images/record"] = "makes the pictures",
        ["docs/images/shrink"] = "makes the pictures",
        ["exit $result"] = "the shell's",
        ["echo $?"] = "the shell's; the exit code is compared",
        ["talosctl gen config lab https://10.20.13.11:6443 --config-patch @mirrors-documents.yaml"] = "needs a talosctl",
    };

    /// <summary>Commands that reach a running home from this machine: the program, the port in the guide, and the service behind it.</summary>
    private static readonly (string Command, string Port, string Service, string Answer)[] FromThisMachine =
    [
        ("curl http://127.0.0.1:8080/boot.ipxe", "8080", "boot-server", "#!ipxe"),
        ("curl http://127.0.0.1:5050/v2/", "5050", "registry-docker.io", "{}"),
        ("aws --endpoint-url http://127.0.0.1:4566 ec2 describe-vpcs", "4566", "aws", "\"VpcId\": \"vpc-"),
    ];

    private readonly LabProgram _program = new();

    [Fact]
    public void Every_command_of_lab_is_run_by_a_test()
    {
        var known = OfARunningHome.Concat(AtOnce).Concat(OfARunningVpc).Concat(Elsewhere.Keys).ToHashSet(StringComparer.Ordinal);
        var shown = GuideCommand.All.Select(command => command.OfLab).OfType<string>().ToHashSet(StringComparer.Ordinal);
        Assert.Empty(shown.Except(known));
        Assert.Empty(Elsewhere.Keys.Except(shown));
    }

    [Fact]
    public void Every_command_of_other_programs_is_run_by_a_test()
    {
        var known = FromThisMachine.Select(command => command.Command).Concat(OfOthersElsewhere.Keys).ToHashSet(StringComparer.Ordinal);
        var shown = GuideCommand
            .All.Where(command => command.OfLab is null && !command.Text.StartsWith("lab-deploy ", StringComparison.Ordinal))
            .Select(command => command.Text)
            .ToHashSet(StringComparer.Ordinal);
        Assert.Empty(shown.Except(known));
        Assert.Empty(known.Except(shown));
    }

    [Fact]
    public async Task Those_about_a_running_home_do_what_they_say()
    {
        var run = _program.Start("up", "--port", "0", "--json");
        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        foreach (var command in OfARunningHome.Except(["up", "logs dnsmasq --follow", "down"]))
        {
            await RunAsync(command, 0);
        }

        Assert.Contains("#!ipxe", (await _program.RunAsync("exec", "--", "curl", "-s", "http://10.20.13.140:8080/boot.ipxe")).Transcript);
        foreach (var (command, port, service, answer) in FromThisMachine)
        {
            var happened = await run.WaitForAsync(happened =>
                (string?)happened["event"] == "service" && (string?)happened["name"] == service && (string?)happened["state"] == "Healthy"
            );
            var url = new Uri((string)happened["url"]!);
            Assert.Contains(answer, await ReadAsync(command.Replace($"127.0.0.1:{port}", url.Authority, StringComparison.Ordinal)), StringComparison.Ordinal);
        }

        var following = _program.Start("logs", "dnsmasq", "--follow");
        await following.WaitForLineAsync("DHCPACK");
        await following.SignalAsync("INT");
        await following.Ended;
        await RunAsync("down", 0);
        await run.Ended;
    }

    [Fact]
    public async Task Those_that_end_by_themselves_print_what_is_shown()
    {
        await RunAsync("up --once", 0);
        _program.Environment["GITHUB_STEP_SUMMARY"] = Path.Combine(_program.Folder.Path, "summary.md");
        await RunAsync("report junit.xml", 0);
        await RunAsync("report --format markdown", 0);
        await RunAsync("up --once --fault wrong-mac", 1);
        await RunAsync("up --vpc --once", 0);
        await RunAsync("init --subnet 192.168.1.0/24", 0);
        await RunAsync("reservations", 0);
    }

    [Fact]
    public async Task Those_about_a_running_VPC_print_what_is_shown()
    {
        var run = _program.Start("up", "--vpc", "--port", "0", "--json");
        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        await RunAsync("logs matchbox", 0);
        await RunAsync("route cp1 registry-1.docker.io", 0);
        await RunAsync("route 2001:db8::8 \"bastion (eth0)\" --port 22", 1);
        await RunAsync("route cp1 bastion --port 8080", 0);

        using var deploy = new LabDeploy("{}");
        deploy.Environment["XDG_STATE_HOME"] = Path.GetDirectoryName(_program.Folders.State)!;
        deploy.Environment["AWS_ENDPOINT_URL"] = "";
        var commands = GuideCommand
            .All.Where(shown => shown.Page.EndsWith("rehearse-vpc.md", StringComparison.Ordinal))
            .Select(shown => shown.Text)
            .Where(text => text.StartsWith("lab-deploy ", StringComparison.Ordinal))
            .ToList();
        Assert.Contains(commands, command => command.StartsWith("lab-deploy launch", StringComparison.Ordinal));
        foreach (var command in commands)
        {
            if (command.EndsWith("--phase 4", StringComparison.Ordinal))
            {
                await run.WaitForAsync(happened => (string?)happened["stage"] == "ready", times: 2);
            }

            (await deploy.RunAsync(new Uri("about:blank"), command.Split(' ')[1..])).Expect(0);
        }

        await run.SignalAsync("INT");
        await run.Ended;
    }

    /// <summary>Those of the VPC's page are run above, those of deploy.md by DeployGuideTests, those of the cluster's page by ClusterOnAwsTests.</summary>
    [Fact]
    public async Task Those_of_lab_deploy_on_other_pages_work_against_an_emulator_of_its_own()
    {
        var commands = GuideCommand
            .All.Where(shown => shown.Text.StartsWith("lab-deploy ", StringComparison.Ordinal))
            .Where(shown => Path.GetFileName(shown.Page) is not ("rehearse-vpc.md" or "cluster.md"))
            .Select(shown => shown.Text);
        Assert.Equal(["lab-deploy plan --file examples/low-budget.yaml --emulator"], commands);

        using var deploy = new LabDeploy("{}");
        deploy.Environment["AWS_ENDPOINT_URL"] = "";
        (await deploy.RunAsync(new Uri("about:blank"), "plan", "--file", Repository.PathOf("examples/low-budget.yaml"), "--emulator")).Expect(2);
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private static async Task<string> ReadAsync(string command)
    {
        var region = new Dictionary<string, string?>
        {
            ["NO_PROXY"] = "127.0.0.1",
            ["AWS_REGION"] = "eu-west-1",
            ["AWS_DEFAULT_REGION"] = "eu-west-1",
            ["AWS_ACCESS_KEY_ID"] = "test",
            ["AWS_SECRET_ACCESS_KEY"] = "test",
        };
        var words = command.Split(' ');
        var ended = await Cli.Wrap(words[0])
            .WithArguments(words[1..])
            .WithEnvironmentVariables(region)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        Assert.True(ended.IsSuccess, $"{command}: {ended.StandardError}");
        return ended.StandardOutput;
    }

    private async Task RunAsync(string command, int exitCode)
    {
        var run = await _program.RunAsync([.. System.CommandLine.Parsing.CommandLineParser.SplitCommandLine(command)]);
        Assert.True(run.ExitCode == exitCode, $"{command} ended with {run.ExitCode}: {run.Transcript}");
        foreach (var shown in GuideCommand.All.Where(shown => shown.OfLab == command))
        {
            Assert.True(
                shown.Missing(run.Transcript) is null,
                $"{shown.Page} shows for '{command}' the line\n{shown.Missing(run.Transcript)}\nand it is not in\n{run.Transcript}"
            );
        }
    }
}
