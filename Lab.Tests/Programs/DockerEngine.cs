using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Linux;

namespace Lab.Tests.Programs;

/// <summary>
/// A Docker engine of the tests' own, with images made of this machine's programs: where nothing can be pulled they stand in for the
/// published ones. Its containers get no bridge and no firewall rules.
/// </summary>
public sealed class DockerEngine : IAsyncLifetime
{
    public const string DnsmasqImage = "lab.test/dnsmasq:1";
    public const string RegistryImage = "lab.test/registry:1";
    public const string MatchboxImage = "lab.test/matchbox:1";

    /// <summary>Of so many files that the engine is seen removing a container of it.</summary>
    public const string LargeImage = "lab.test/large:1";

    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _engine = Task.CompletedTask;

    /// <summary>Why there is none; null when there is.</summary>
    public string? Missing { get; private set; }

    /// <summary>Value of DOCKER_HOST.</summary>
    public string Host => $"unix://{_folder.Path}/docker.sock";

    public async ValueTask InitializeAsync()
    {
        Missing =
            Environment.UserName != "root" ? "a Docker engine is started by root only"
            : ProgramRequirement.OnPath("dockerd") is null ? "dockerd is not installed (Debian: docker.io)"
            : null;
        if (Missing is not null)
        {
            return;
        }

        _engine = Cli.Wrap("dockerd")
            .WithArguments([
                "--data-root",
                Path.Combine(_folder.Path, "data"),
                "--exec-root",
                Path.Combine(_folder.Path, "exec"),
                "--pidfile",
                Path.Combine(_folder.Path, "pid"),
                "--host",
                Host,
                "--bridge",
                "none",
                "--iptables=false",
                "--ip6tables=false",
                "--storage-driver",
                "vfs",
            ])
            .WithStandardErrorPipe(PipeTarget.ToFile(Path.Combine(_folder.Path, "log")))
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(forcefulCancellationToken: CancellationToken.None, gracefulCancellationToken: _stop.Token);
        var deadline = DateTime.UtcNow.AddMinutes(3);
        while (!(await Docker("version").ExecuteBufferedAsync()).IsSuccess)
        {
            Assert.False(_engine.IsCompleted || DateTime.UtcNow > deadline, await File.ReadAllTextAsync(Path.Combine(_folder.Path, "log")));
            await Task.Delay(100);
        }

        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, CancellationToken.None);
        await ImportAsync(DnsmasqImage, "[\"/bin/dnsmasq\"]", tools.Dnsmasq);
        await ImportAsync(RegistryImage, "[\"/bin/docker-registry\"]", tools.DockerRegistry);
        await ImportBootServerAsync();
    }

    /// <summary>Its containers, running or not.</summary>
    public async Task<string[]> ContainersAsync() =>
        (await Docker("ps", "--all", "--format", "{{.Names}}").ExecuteBufferedAsync()).StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A container's state; empty where there is none.</summary>
    public async Task<string> StateAsync(string container) =>
        (await Docker("container", "inspect", "--format", "{{.State.Status}}", container).ExecuteBufferedAsync()).StandardOutput.Trim();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _engine.ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
        _folder.Dispose();
    }

    private Command Docker(params string[] arguments) =>
        Cli.Wrap("docker")
            .WithArguments(arguments)
            .WithEnvironmentVariables(variables => variables.Set("DOCKER_HOST", Host))
            .WithValidation(CommandResultValidation.None);

    /// <summary>Makes <see cref="LargeImage"/>: it does nothing until it is killed.</summary>
    public async Task ImportLargeAsync()
    {
        using var root = new TemporaryFolder();
        await CopyAsync(root, []);
        foreach (var file in Enumerable.Range(0, 10_000))
        {
            root.File($"files/{file % 100}/{file}", "");
        }

        await ImportAsync(LargeImage, "[\"/bin/sleep\",\"1000\"]", root);
    }

    /// <summary>A program with the libraries that it is linked to, and sleep.</summary>
    private async Task ImportAsync(string image, string entryPoint, params string[] programs)
    {
        using var root = new TemporaryFolder();
        await CopyAsync(root, programs);
        await ImportAsync(image, entryPoint, root);
    }

    /// <summary>Lab.BootServer with its runtime stands in for matchbox: same flags, same log.</summary>
    private async Task ImportBootServerAsync()
    {
        using var root = new TemporaryFolder();
        var dotnet = Path.GetDirectoryName(DotNet.Host)!;
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        await CopyAsync(root, [DotNet.Host]);
        await CopyLibrariesAsync(root, Directory.GetFiles(runtime, "*.so"));
        foreach (
            var (from, to) in new[]
            {
                (runtime, "shared/Microsoft.NETCore.App"),
                (Path.GetDirectoryName(typeof(Microsoft.AspNetCore.Builder.WebApplication).Assembly.Location)!, "shared/Microsoft.AspNetCore.App"),
                (Path.Combine(dotnet, "host"), ""),
                (DotNet.Host, ""),
            }
        )
        {
            Directory.CreateDirectory(Path.Combine(root.Path, "dotnet", to));
            await Cli.Wrap("cp").WithArguments(["-r", from, Path.Combine(root.Path, "dotnet", to)]).ExecuteAsync();
        }

        Directory.CreateDirectory(Path.Combine(root.Path, "app"));
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory).Where(file => Path.GetExtension(file) is ".dll" or ".json"))
        {
            File.Copy(file, Path.Combine(root.Path, "app", Path.GetFileName(file)));
        }

        await ImportAsync(MatchboxImage, "[\"/dotnet/dotnet\",\"/app/Lab.BootServer.dll\"]", root);
    }

    private async Task ImportAsync(string image, string entryPoint, TemporaryFolder root)
    {
        root.File("etc/passwd", "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n");
        root.File("etc/group", "root:x:0:\ndip:x:30:\nnogroup:x:65534:\n");
        Directory.CreateDirectory(Path.Combine(root.Path, "tmp"));
        var result = await (
            Cli.Wrap("tar").WithArguments(["-C", root.Path, "--mode=a+rX", "-c", "."])
            | Docker(
                "import",
                "--change",
                $"ENTRYPOINT {entryPoint}",
                "--change",
                "ENV PATH=/bin",
                "--change",
                "ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1",
                "-",
                image
            )
        ).ExecuteBufferedAsync();
        Assert.True(result.IsSuccess, result.StandardError);
    }

    private static async Task CopyAsync(TemporaryFolder root, IEnumerable<string> programs)
    {
        Directory.CreateDirectory(Path.Combine(root.Path, "bin"));
        await Cli.Wrap("cp").WithArguments([.. programs, "/bin/sleep", Path.Combine(root.Path, "bin")]).ExecuteAsync();
        await CopyLibrariesAsync(root, [.. programs, "/bin/sleep"]);
    }

    private static async Task CopyLibrariesAsync(TemporaryFolder root, IEnumerable<string> files)
    {
        const string script =
            "for l in $(ldd \"$@\" 2>/dev/null | grep -o '=> /[^ ]*\\|^\t/[^ ]*' | grep -o '/.*' | sort -u); do mkdir -p \"$0$(dirname $l)\"; cp -L $l \"$0$l\"; done";
        await Cli.Wrap("sh").WithArguments(["-c", script, root.Path, .. files]).ExecuteAsync();
    }
}
