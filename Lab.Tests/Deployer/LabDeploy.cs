using System.Diagnostics;
using System.Runtime.InteropServices;
using Lab.Emulation.Linux;

namespace Lab.Tests.Deployer;

/// <summary>The program as a user runs it: a process of its own, in a folder with a lab file, without anything of this machine's AWS configuration.</summary>
internal sealed partial class LabDeploy(string yaml) : IDisposable
{
    public const int SigInt = 2;
    public const int SigKill = 9;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A day of the free trial of t4g.small, which most tests are not about.</summary>
    public const string Day = "2026-07-01";

    private static readonly string[] DecideByDay = ["apply", "plan", "status", "check", "cost"];

    /// <summary>The folder it runs in.</summary>
    public string Folder => _folder.Path;

    /// <summary>Further environment.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public void Dispose() => _folder.Dispose();

    /// <summary>The command that runs the program, on <see cref="Day"/> unless the arguments name another, or AWS, where it is the day it is.</summary>
    public static IReadOnlyList<string> Command(params IReadOnlyList<string> arguments) =>
        [
            DotNet.Host,
            Path.Combine(AppContext.BaseDirectory, "lab-deploy.dll"),
            .. arguments,
            .. DecideByDay.Contains(arguments.FirstOrDefault("apply"))
            && !arguments.Contains("--date")
            && !arguments.Contains("--help")
            && !arguments.Contains("aws")
                ? ["--date", Day]
                : Array.Empty<string>(),
        ];

    /// <summary>Runs it to its end.</summary>
    public Task<Ended> RunAsync(Uri endpoint, params IReadOnlyList<string> arguments) => EndAsync(Start(endpoint, Command(arguments)));

    /// <summary>Runs a command in its place, with the same environment.</summary>
    public Task<Ended> RunCommandAsync(Uri endpoint, IReadOnlyList<string> command) => EndAsync(Start(endpoint, command));

    /// <summary>Runs it, and sends it a signal as soon as something has happened.</summary>
    public async Task<Ended> RunUntilAsync(Uri endpoint, Task happened, int signal, params IReadOnlyList<string> arguments)
    {
        var process = Start(endpoint, Command(arguments));
        var ended = EndAsync(process);
        if (await Task.WhenAny(happened, ended) == happened)
        {
            _ = Kill(process.Id, signal);
        }

        return await ended;
    }

    private static async Task<Ended> EndAsync(Process process)
    {
        using (process)
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(Token);
            var output = await process.StandardOutput.ReadToEndAsync(Token).WaitAsync(Patience, Token);
            await process.WaitForExitAsync(Token).WaitAsync(Patience, Token);
            return new Ended(process.ExitCode, output, await errors);
        }
    }

    private Process Start(Uri endpoint, IReadOnlyList<string> command)
    {
        _folder.File("lab.yaml", yaml);
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (
            var name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal) || name is "HOME_IPV6" or "NO_COLOR").ToList()
        )
        {
            start.Environment.Remove(name);
        }

        start.Environment["AWS_ENDPOINT_URL"] = endpoint.ToString();
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        start.Environment["AWS_SHARED_CREDENTIALS_FILE"] = Path.Combine(Folder, "none");
        start.Environment["AWS_CONFIG_FILE"] = Path.Combine(Folder, "none");
        start.Environment["XDG_STATE_HOME"] = Path.Combine(Folder, "state");
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    /// <summary>How a run ended.</summary>
    public sealed record Ended(int Code, string Output, string Errors)
    {
        /// <summary>All that was said.</summary>
        public string Said => Output + Errors;

        /// <summary>Checks the exit code, and that no stack trace was shown.</summary>
        public Ended Expect(int code)
        {
            Assert.True(Code == code, $"exit {Code}, expected {code}: {Said}");
            Assert.DoesNotContain("   at ", Said);
            return this;
        }
    }
}
