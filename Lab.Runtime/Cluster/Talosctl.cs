using System.ComponentModel;
using System.Text;
using System.Text.RegularExpressions;
using CliWrap;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Runtime.Cluster;

/// <summary>
/// The user's <c>talosctl</c>. All that Lab knows and does of a Talos beyond its open port goes through it; every call ends within a time.
/// </summary>
public sealed partial class Talosctl
{
    /// <summary>The environment variable that names the program.</summary>
    public const string Variable = "LAB_TALOSCTL";

    /// <summary>Files are made in a second; a busy machine may need longer.</summary>
    private static readonly TimeSpan LocalTimeout = TimeSpan.FromMinutes(1);

    /// <summary>A node that does not answer keeps talosctl trying for as long as it may.</summary>
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(20);

    private readonly Func<IReadOnlyList<string>, Command> _onNetwork;

    private readonly TimeSpan _timeout;

    private Talosctl(string path, Func<IReadOnlyList<string>, Command> onNetwork, TimeSpan timeout) =>
        (Path, _onNetwork, _timeout) = (path, onNetwork, timeout);

    /// <summary>The program.</summary>
    public string Path { get; }

    /// <summary>The program, for nodes of a running lab.</summary>
    public static Talosctl InLab(string path, LabFolder lab) => new(path, arguments => BastionCommand.Wrap(lab, [path, .. arguments]), NodeTimeout);

    /// <summary>The program, for nodes that this machine reaches itself.</summary>
    /// <param name="path">The program's path.</param>
    /// <param name="timeout">How long a call to a node may take; usually 20 s.</param>
    public static Talosctl Direct(string path, TimeSpan? timeout = null) => Through(path, new Dictionary<string, string?>(), timeout);

    /// <summary>The program, for nodes that it reaches through a proxy.</summary>
    /// <param name="path">The program's path.</param>
    /// <param name="environment">What it is told of the proxy.</param>
    /// <param name="timeout">How long a call to a node may take; usually 20 s.</param>
    public static Talosctl Through(string path, IReadOnlyDictionary<string, string?> environment, TimeSpan? timeout = null) =>
        new(path, arguments => Cli.Wrap(path).WithArguments(arguments).WithEnvironmentVariables(environment), timeout ?? NodeTimeout);

    /// <summary>Finds the program, or fetches that of the cluster's release.</summary>
    /// <param name="named">Its path where the user names it; else <see cref="Variable"/> does, or PATH has it.</param>
    /// <param name="talos">What it is for.</param>
    /// <param name="say">Gets the progress of a download.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="LabException">There is none (exit code 2).</exception>
    public static async Task<string> FindAsync(string? named, TalosVersion talos, Action<string> say, CancellationToken cancellationToken)
    {
        var chosen = named ?? Environment.GetEnvironmentVariable(Variable);
        return chosen is not { Length: > 0 } ? ProgramPath.Find("talosctl") ?? await TalosctlRelease.GetAsync(talos, LabFolders.OfUser, say, cancellationToken)
            : File.Exists(chosen) ? System.IO.Path.GetFullPath(chosen)
            : throw new LabException($"{(named is null ? Variable : "--talosctl")}: there is no program {chosen}.", exitCode: 2);
    }

    /// <summary>Refuses a program that is more than a minor version away from the nodes, which is as far as the two understand each other.</summary>
    /// <exception cref="LabException">It is, or is not talosctl.</exception>
    public async Task RequireVersionAsync(TalosVersion talos, CancellationToken cancellationToken)
    {
        var said = (await MakeAsync(["version", "--client", "--short"], cancellationToken)).Output;
        var found = Release().Match(said) is { Success: true, Value: var release } ? TalosVersion.TryParse(release) : null;
        if (found is null)
        {
            throw new LabException($"{Path} does not say which release of talosctl it is. It printed: {VisibleText.Of(said.Trim())}");
        }

        if (Math.Abs(found.Minor - talos.Minor) > 1)
        {
            throw new LabException($"{Path} is {found}, and the cluster's Talos {talos}: they may be one minor version apart. Install talosctl {talos}.");
        }
    }

    /// <summary>Makes or checks files of this machine.</summary>
    /// <exception cref="LabException">It fails, or takes too long.</exception>
    public async Task<TalosctlResult> MakeAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var result = await RunAsync(Cli.Wrap(Path).WithArguments(arguments), LocalTimeout, cancellationToken);
        return result.IsSuccess ? result : throw new LabException($"talosctl {string.Join(' ', arguments.Take(2))} has failed: {result.Reason}");
    }

    /// <summary>Asks or commands a node.</summary>
    public Task<TalosctlResult> AskAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(_onNetwork(arguments), _timeout, cancellationToken);

    private async Task<TalosctlResult> RunAsync(Command command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (output, errors) = (new StringBuilder(), new StringBuilder());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(timeout);
        try
        {
            var ended = await command
                .WithValidation(CommandResultValidation.None)
                .WithStandardOutputPipe(PipeTarget.ToStringBuilder(output))
                .WithStandardErrorPipe(PipeTarget.ToStringBuilder(errors))
                .ExecuteAsync(stop.Token);
            return new(ended.ExitCode, output.ToString(), errors.ToString());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(ExitCode: null, output.ToString(), $"{errors}\nno answer within {timeout.TotalSeconds:0} s");
        }
        catch (Win32Exception e)
        {
            throw new LabException($"{Path} cannot be run: {e.Message}", exitCode: 2, inner: e);
        }
    }

    [GeneratedRegex(@"v1\.[0-9]+\.[0-9]+(-(alpha|beta|rc)\.[0-9]+)?")]
    private static partial Regex Release();
}

/// <summary>What came of a call.</summary>
/// <param name="ExitCode">Null where it took too long.</param>
/// <param name="Output">What it printed; may hold secrets.</param>
/// <param name="Errors">What it wrote to stderr.</param>
public sealed record TalosctlResult(int? ExitCode, string Output, string Errors)
{
    /// <summary>True when it did what it was to.</summary>
    public bool IsSuccess => ExitCode == 0;

    /// <summary>What it says of its failure, the last line last.</summary>
    public string Reason =>
        Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } lines
            ? string.Join("; ", lines.TakeLast(3).Select(VisibleText.Of))
            : $"exit code {ExitCode}";
}
