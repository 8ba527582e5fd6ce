using CliWrap;
using Lab.Emulation.Linux;
using Lab.Model;

namespace Lab.Emulation.Services.Containers;

/// <summary>
/// A container without a network that does nothing. A container can join another one's network but no namespace of the host by its
/// name; so this one's network namespace becomes the bastion's, and both processes and containers live in it.
/// </summary>
internal sealed class NetworkHolder : IAsyncDisposable
{
    /// <summary>Longer than any lab; busybox knows no <c>infinity</c> in old versions.</summary>
    private const string Forever = "2147483647";

    private readonly ContainerEngine _engine;

    private NetworkHolder(ContainerEngine engine, LabFolder lab, string name, int pid)
    {
        (_engine, Name, Pid) = (engine, name, pid);
        Ended = engine
            .Command("wait", name)
            .WithEnvironmentVariables(variables => variables.Set(ContainerEngine.HostVariable, engine.Host).Set(ProcessMark.Variable, lab.Run))
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync()
            .Task;
    }

    /// <summary>Name of the container.</summary>
    public string Name { get; }

    /// <summary>Its process on this machine.</summary>
    public int Pid { get; }

    /// <summary>Completes when the container has ended.</summary>
    public Task Ended { get; }

    /// <summary>Starts it.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="lab">The lab.</param>
    /// <param name="image">An image that the engine has, with a <c>sleep</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="LabException">The engine refuses, or its containers are not processes of this machine.</exception>
    public static async Task<NetworkHolder> StartAsync(ContainerEngine engine, LabFolder lab, string image, CancellationToken cancellationToken)
    {
        var name = $"lab.{lab.UniqueName}.network";
        var pid = await engine.StartAsync(
            lab,
            [
                "--rm",
                "--pull",
                "never",
                "--name",
                name,
                "--label",
                $"{ContainerEngine.Label}={lab.UniqueName}",
                "--env",
                $"{ProcessMark.Variable}={lab.Run}",
                "--network",
                "none",
                "--log-driver",
                "none",
                "--volume",
                $"{lab.Run}:{lab.Run}:ro",
                "--entrypoint",
                "sleep",
                image,
                Forever,
            ]
        );
        cancellationToken.ThrowIfCancellationRequested();

        // An engine on another machine, or in a virtual one, has other processes and other files.
        if (!ProcessMark.Find(lab).Any(process => process.Pid == pid) || !Directory.Exists($"/proc/{pid}/root{lab.MatchboxData}"))
        {
            await engine.TellAsync(["rm", "--force", name], CancellationToken.None);
            throw new LabException("The Docker engine's containers are not processes of this machine, so they cannot be in the lab's network.");
        }

        return new NetworkHolder(engine, lab, name, pid);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _engine.Command("rm", "--force", Name).WithValidation(CommandResultValidation.None).WithStandardErrorPipe(PipeTarget.Null).ExecuteAsync();
        await Ended;
    }
}
