using CliWrap;
using Lab.Emulation.Linux;

namespace Lab.Tests.Programs;

/// <summary>The user without rights as which root's tests run a program.</summary>
internal static class Nobody
{
    private const string Number = "65534";

    /// <summary>Begins a command line that runs as that user.</summary>
    public static string[] Prefix { get; } = ["setpriv", $"--reuid={Number}", $"--regid={Number}", "--clear-groups"];

    /// <summary>What is below root's home cannot be read by nobody: program and downloads move to where they can.</summary>
    /// <param name="program">The program; its <see cref="LabProgram.Program"/> is in the folder.</param>
    /// <param name="folder">Absolute path of a folder for its files.</param>
    public static async Task LendAsync(LabProgram program, string folder)
    {
        await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, TestContext.Current.CancellationToken);
        var cache = Path.Combine(folder, "cache");
        await Cli.Wrap("sh")
            .WithArguments([
                "-ec",
                $"""
                mkdir -p '{program.Program}' '{cache}/lab'
                cp -r '{AppContext.BaseDirectory}/.' '{program.Program}'
                cp -r '{LabFolders.OfUser.Cache}/packages' '{cache}/lab'
                touch '{cache}/lab/moto.failed'
                if [ $(id -u) = 0 ]; then chown -R {Number}:{Number} '{folder}' '{program.Folder.Path}'; fi
                """,
            ])
            .ExecuteAsync(TestContext.Current.CancellationToken);
        program.Environment["XDG_CACHE_HOME"] = cache;
        program.Environment["HOME"] = folder;
    }
}
