using System.Net.NetworkInformation;
using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Linux;
using Lab.Tests.Programs;

namespace Lab.Tests.Aspire;

/// <summary>An application of somebody else: it has the package and nothing of Lab's sources.</summary>
[Collection(VirtualMachines.Name)]
public sealed class StrangerTests
{
    /// <summary>What the tests were built as, and with them what is packed: dotnet pack would take Release, which nobody has built.</summary>
    private static readonly string Configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')))!;

    [Fact]
    public async Task A_strangers_project_gets_the_emulator_and_a_cache_and_waits_for_a_node()
    {
        await using var program = new LabProgram { Assembly = "Shop.AppHost/bin/Debug/net10.0/Shop.AppHost.dll", Program = "." };
        var folder = program.Folder.Path;
        await DotNetAsync(
            folder,
            "pack",
            Repository.PathOf("Lab.Hosting/Lab.Hosting.csproj"),
            "-c",
            Configuration,
            "--no-build",
            "-p:BuildProjectReferences=false",
            "-o",
            Path.Combine(folder, "packages")
        );
        Copy(Repository.PathOf("examples/aspire"), folder);

        // A package of the same version may be in the user's folder already.
        program.Environment["NUGET_PACKAGES"] = null;
        await DotNetAsync(folder, "build", "Shop.AppHost", $"-p:RestoreAdditionalProjectFallbackFolders=", "-p:RestorePackagesPath=" + Packages(folder));
        var port = FreePort();

        // As its launch settings say: without it the orchestrator wants the developer certificate, which not every machine has.
        program.Environment["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true";
        var run = program.Start($"--web-port={port}", "--lab:name=lab", "--lab:port=0");
        using var client = new HttpClient();
        Assert.Equal("123456789012", await GetAsync(client, $"http://localhost:{port}/account", run));
        Assert.Equal("200 registry/2.0", await GetAsync(client, $"http://localhost:{port}/cache", run));
        Assert.Contains("cp1: ready", run.Transcript, StringComparison.Ordinal);
        await run.SignalAsync("INT");
        await run.Ended;
        await program.NothingIsLeftAsync();
    }

    /// <summary>The machine's packages, without a Lab.Hosting that an earlier run has left there.</summary>
    private static string Packages(string folder)
    {
        var all = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var own = Path.Combine(folder, "restored");
        Directory.CreateDirectory(own);
        foreach (var package in Directory.EnumerateDirectories(all).Where(package => Path.GetFileName(package) != "lab.hosting"))
        {
            Directory.CreateSymbolicLink(Path.Combine(own, Path.GetFileName(package)), package);
        }

        return own;
    }

    /// <summary>What an address answers, while the program runs, whose time is bounded.</summary>
    private static async Task<string> GetAsync(HttpClient client, string url, ProgramRun run)
    {
        while (true)
        {
            try
            {
                return await client.GetStringAsync(url, TestContext.Current.CancellationToken);
            }
            catch (HttpRequestException) when (!run.Ended.IsCompleted)
            {
                await Task.Delay(200, TestContext.Current.CancellationToken);
            }
            catch (HttpRequestException e)
            {
                throw new InvalidOperationException($"{url} does not answer.\n{run.Transcript}", e);
            }
        }
    }

    private static async Task DotNetAsync(string folder, params string[] arguments)
    {
        var result = await Cli.Wrap(DotNet.Host)
            .WithArguments([.. arguments, "-nodeReuse:false"])
            .WithWorkingDirectory(folder)
            .WithEnvironmentVariables(variables => variables.Set("RestoreLockedMode", null))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        Assert.True(result.IsSuccess, $"dotnet {string.Join(' ', arguments)}\n{result.StandardOutput}\n{result.StandardError}");
    }

    private static void Copy(string from, string to)
    {
        foreach (
            var file in Directory
                .EnumerateFiles(from, "*", SearchOption.AllDirectories)
                .Where(file =>
                    !file.Contains("/bin/", StringComparison.Ordinal)
                    && !file.Contains("/obj/", StringComparison.Ordinal)
                    && !file.EndsWith(".nupkg", StringComparison.Ordinal)
                )
        )
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>A port that is free and stays so: below those that the kernel gives to connections, 32768 and up.</summary>
    private static int FreePort()
    {
        var used = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        return Enumerable.Range(0, int.MaxValue).Select(_ => Random.Shared.Next(20000, 32000)).First(port => !used.Contains(port));
    }
}
