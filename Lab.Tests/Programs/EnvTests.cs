using System.Net;
using System.Net.Sockets;
using CliWrap;
using CliWrap.Buffered;
using Lab.CommandLine;
using Lab.Emulation.Linux;

namespace Lab.Tests.Programs;

/// <summary>What a shell is told of a running lab, read by a shell.</summary>
[Collection(VirtualMachines.Name)]
public sealed class EnvTests : IAsyncDisposable
{
    private readonly LabProgram _program = new();

    [Fact]
    public async Task A_shell_that_reads_it_reaches_the_emulator_and_the_nodes()
    {
        _program.Folder.File("lab.yaml", "name: garage\nnodes: [{ name: cp-1, mac: '52:54:00:13:00:01', address: 10.20.13.11, ports: [50000] }]\n");
        var idle = await _program.RunAsync("env");
        Assert.Equal(1, idle.ExitCode);
        Assert.Contains("Lab garage is not running.", idle.Errors);

        var run = _program.Start("up", "--json", "--port", "0");
        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        await run.WaitForAsync(happened =>
            (string?)happened["event"] == "service" && (string?)happened["name"] == "aws" && (string?)happened["state"] == "Healthy"
        );

        var lab = _program.Folders.Lab("garage");
        await File.WriteAllTextAsync(lab.KubeConfig, "", TestContext.Current.CancellationToken);
        var read = await ReadAsync(
            "curl -s --noproxy '*' $AWS_ENDPOINT_URL/moto-api/ | grep -io '<title>moto'; echo $LAB_NAME $AWS_REGION $AWS_DEFAULT_REGION $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY; echo $LAB_NODE_CP_1_API $LAB_NODE_CP_1_PORT_50000; echo \"$KUBECONFIG\"; echo \"${TALOSCONFIG-none}\""
        );
        var lines = read.StandardOutput.TrimEnd().Split('\n');
        Assert.True(lines.Length == 5, $"{read.StandardOutput}\n{read.StandardError}");
        Assert.Equal(
            ("<title>moto", "garage eu-west-1 eu-west-1 test test", lab.KubeConfig, "none"),
            (lines[0].ToLowerInvariant(), lines[1], lines[3], lines[4])
        );
        using var api = new TcpClient();
        var forwards = lines[2].Split(' ');
        await api.ConnectAsync(IPEndPoint.Parse(forwards[0]), TestContext.Current.CancellationToken);
        Assert.NotEqual(forwards[0], forwards[1]);
        Assert.Equal(forwards[1], (string?)Assert.Single(run.Of("started"))["ports"]!["50000"]);
        using var http = new HttpClient();
        Assert.NotNull(await http.GetStringAsync($"http://{forwards[1]}/", TestContext.Current.CancellationToken));

        var json = Assert.Single((await _program.RunAsync("env", "--json")).Events);
        Assert.Equal((forwards[0], lab.KubeConfig), ((string?)json["LAB_NODE_CP_1_API"], (string?)json["KUBECONFIG"]));
        Assert.Contains("set -gx LAB_NAME 'garage'\n", (await _program.RunAsync("env", "--shell", "fish")).Transcript);
        Assert.Contains("$env:LAB_NAME = 'garage'\n", (await _program.RunAsync("env", "--shell", "pwsh")).Transcript);
        Assert.Contains("contradict each other", (await _program.RunAsync("env", "--shell", "fish", "--json")).Errors);

        await run.SignalAsync("INT");
        await run.Ended;
        Assert.Equal(1, (await _program.RunAsync("env")).ExitCode);
    }

    [Theory]
    [InlineData("it's")]
    [InlineData("$HOME `id` \\ \"a b\" \u2019; exit 1 #")]
    public async Task A_value_reaches_the_shell_as_it_is(string value)
    {
        var read = await Cli.Wrap("sh")
            .WithArguments(["-c", $"{ShellText.Assignment("bash", "VALUE", value)}; env"])
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        Assert.Contains($"VALUE={value}\n", read.StandardOutput);
    }

    /// <summary>https://fishshell.com/docs/current/language.html#quotes and about_Quoting_Rules of PowerShell, which takes typographic quotation marks for its own.</summary>
    [Theory]
    [InlineData("fish", @"it's \ $HOME", @"set -gx VALUE 'it\'s \\ $HOME'")]
    [InlineData("pwsh", "it's \u2019 \\ $HOME", "$env:VALUE = 'it''s \u2019\u2019 \\ $HOME'")]
    public void A_value_is_quoted_as_the_shell_wants_it(string shell, string value, string statement) =>
        Assert.Equal(statement, ShellText.Assignment(shell, "VALUE", value));

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private async Task<BufferedCommandResult> ReadAsync(string script) =>
        await Cli.Wrap("sh")
            .WithArguments(["-c", $"eval \"$(\"$0\" \"$1\" env)\"; {script}", DotNet.Host, Path.Combine(AppContext.BaseDirectory, "lab.dll")])
            .WithWorkingDirectory(_program.Folder.Path)
            .WithEnvironmentVariables(variables => variables.Set("XDG_STATE_HOME", Path.Combine(_program.Folder.Path, "state")))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
}
