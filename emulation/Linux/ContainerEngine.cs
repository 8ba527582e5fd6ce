using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using CliWrap;
using CliWrap.Buffered;
using Lab.Model;

namespace Lab.Emulation.Linux;

/// <summary>A Docker engine, by its command line: that knows contexts, DOCKER_HOST and logins as the user has set them.</summary>
/// <param name="program">Absolute path of <c>docker</c>.</param>
/// <param name="host">The engine's address; null for the one that the environment names.</param>
internal sealed class ContainerEngine(string program, string? host)
{
    /// <summary>The variable that names an engine's address.</summary>
    public const string HostVariable = "DOCKER_HOST";

    /// <summary>The label of a lab's containers; its value is the lab's unique name.</summary>
    public const string Label = "lab.run";

    private const string RunScript = """
        name=$1 ended= code=0
        shift
        trap 'ended=1' TERM
        remove() {
          tries=0
          while [ "$tries" -lt 150 ] && "$0" container inspect "$name" >/dev/null 2>&1; do
            "$0" rm --force --volumes "$name" >/dev/null 2>&1 || sleep 0.2
            tries=$((tries + 1))
          done
        }
        remove
        [ "$ended" ] && exit 143
        "$0" create --name "$name" "$@" >/dev/null || exit
        [ "$ended" ] && remove && exit 143
        "$0" start --attach "$name" &
        client=$!
        while kill -s 0 "$client" 2>/dev/null; do
          [ "$ended" ] && "$0" stop -t 2 "$name" >/dev/null 2>&1 && break
          wait "$client"
          code=$?
        done
        remove
        exit "$code"
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>So long an engine may take to remove what it has begun to remove: it deletes a container's files first.</summary>
    private static readonly TimeSpan Removal = TimeSpan.FromSeconds(60);

    /// <summary>The engine of the environment; null where docker is not installed.</summary>
    public static ContainerEngine? OfEnvironment() => Of(Environment.GetEnvironmentVariable(HostVariable));

    /// <summary>The engine at an address; null where docker is not installed.</summary>
    public static ContainerEngine? Of(string? host) => ProgramRequirement.OnPath("docker") is { } program ? new ContainerEngine(program, host) : null;

    /// <summary>Its address, where the environment names one.</summary>
    public string? Host => host;

    /// <summary>A command of docker.</summary>
    public Command Command(params IEnumerable<string> arguments) => InEnvironment(Cli.Wrap(program)).WithArguments(arguments);

    /// <summary>
    /// A command that makes a container and stays in the foreground until it is removed. One of the same name that was left by a command
    /// that was killed is removed. Asked to end while the engine makes it, it waits for that and removes it. The client of docker is no
    /// measure of it: asked to end, newer ones end at once, and the container some time after.
    /// </summary>
    /// <param name="name">The container's name.</param>
    /// <param name="arguments">Options, image and arguments of <c>docker create</c>.</param>
    public Command Run(string name, IEnumerable<string> arguments) =>
        InEnvironment(Cli.Wrap("sh")).WithArguments(["-c", RunScript, program, name, .. arguments]);

    /// <summary>
    /// Whether a process waits for an engine that makes a container. To end it would not stop the engine: the container would be there a
    /// moment later, when nobody looks for it any more.
    /// </summary>
    public static bool IsCreating(ProcessIdentity process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Pid}/cmdline").Split('\0') is [var docker, "create", ..] && Path.GetFileName(docker) == "docker";
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Why it cannot be used; null when it answers.</summary>
    public async Task<string?> ProblemAsync(CancellationToken cancellationToken)
    {
        var result = await AskAsync(["version", "--format", "{{.Server.Version}}"], cancellationToken);
        return result is { IsSuccess: true } ? null
            : result is null ? $"the Docker engine does not answer within {Patience.TotalSeconds} s"
            : "no Docker engine answers";
    }

    /// <summary>Whether it holds an image.</summary>
    public async Task<bool> HasAsync(string image, CancellationToken cancellationToken) =>
        await AskAsync(["image", "inspect", "--format", "{{.Id}}", image], cancellationToken) is { IsSuccess: true };

    /// <summary>Pulls an image.</summary>
    /// <exception cref="LabException">It cannot be had.</exception>
    public async Task PullAsync(string image, CancellationToken cancellationToken)
    {
        var result = await Command("pull", "--quiet", image).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
        if (!result.IsSuccess)
        {
            throw new LabException(
                $"services: container needs the image {image}, which cannot be pulled: {result.StandardError.Trim()} Name another one under images in lab.yaml, or set services: auto."
            );
        }
    }

    /// <summary>Makes a container and starts it, in the background.</summary>
    /// <param name="lab">The lab that it belongs to.</param>
    /// <param name="arguments">Options, image and arguments of <c>docker create</c>.</param>
    /// <returns>Its process on the engine's machine.</returns>
    /// <exception cref="LabException">The engine refuses.</exception>
    public async Task<int> StartAsync(LabFolder lab, IEnumerable<string> arguments)
    {
        var create = Command(["create", .. arguments]);
        var id = await TellAsync(
            create.WithEnvironmentVariables(new Dictionary<string, string?>(create.EnvironmentVariables) { [ProcessMark.Variable] = lab.Run }),
            CancellationToken.None
        );
        await TellAsync(["start", id], CancellationToken.None);
        return int.Parse(await TellAsync(["inspect", "--format", "{{.State.Pid}}", id], CancellationToken.None), CultureInfo.InvariantCulture);
    }

    /// <summary>Runs a command whose output is short.</summary>
    /// <exception cref="LabException">It failed.</exception>
    public Task<string> TellAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) => TellAsync(Command(arguments), cancellationToken);

    private static async Task<string> TellAsync(Command command, CancellationToken cancellationToken)
    {
        var result = await command.WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
        return result.IsSuccess ? result.StandardOutput.Trim() : throw new LabException($"The Docker engine refuses: {result.StandardError.Trim()}");
    }

    /// <summary>Removes all containers of a lab, and waits until the engine has.</summary>
    /// <returns>Their ids.</returns>
    /// <exception cref="LabException">The engine does not answer, or does not remove one.</exception>
    public async Task<IReadOnlyCollection<string>> RemoveAllAsync(string lab, CancellationToken cancellationToken)
    {
        var removed = new HashSet<string>();
        var asked = Stopwatch.GetTimestamp();
        while (await OfLabAsync(lab, cancellationToken) is { Length: > 0 } left)
        {
            removed.UnionWith(left);
            var result = await Command(["rm", "--force", "--volumes", .. left])
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(cancellationToken);
            if (Stopwatch.GetElapsedTime(asked) > Removal)
            {
                throw new LabException($"The Docker engine does not remove {string.Join(", ", left)}. {result.StandardError}".TrimEnd());
            }

            if (!result.IsSuccess)
            {
                // One that has ended is removed by the engine itself, which refuses to be asked meanwhile.
                await Task.Delay(100, cancellationToken);
            }
        }

        return removed;
    }

    private async Task<string[]> OfLabAsync(string lab, CancellationToken cancellationToken) =>
        (await TellAsync(["ps", "--all", "--quiet", "--filter", $"label={Label}={lab}"], cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Command InEnvironment(Command command) => command.WithEnvironmentVariables(variables => variables.Set(HostVariable, host));

    private async Task<BufferedCommandResult?> AskAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await Command(arguments).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Win32Exception e)
        {
            throw new LabException($"{program} cannot be run: {e.Message}", inner: e);
        }
    }
}
