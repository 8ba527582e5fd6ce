using CliWrap;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Emulation.Services.Containers;

/// <summary>The containers of a lab, as far as it has any: decides about them and holds their network.</summary>
public sealed class ServiceContainers : IAsyncDisposable
{
    private readonly LabFolder _folder;
    private readonly ServicePlan _plan;
    private readonly ContainerEngine? _engine;
    private readonly NetworkHolder? _holder;

    private ServiceContainers(LabFolder folder, ServicePlan plan, ContainerEngine? engine, NetworkHolder? holder) =>
        (_folder, _plan, _engine, _holder) = (folder, plan, engine, holder);

    /// <summary>No containers.</summary>
    public static ServiceContainers None(LabFolder folder) => new(folder, ServicePlan.Native("containers are not asked for"), null, null);

    /// <summary>The process whose network namespace the bastion is; null where the bastion has one of its own.</summary>
    public BastionProcess? Bastion => _holder is null ? null : new(_holder.Pid, _holder.Ended);

    /// <summary>
    /// Decides what <c>services</c> of the lab file means on this machine, says it in a line, and starts the container that holds the
    /// network where there are to be any. The run folder is there already.
    /// </summary>
    /// <exception cref="LabException">Containers are asked for and cannot be had.</exception>
    public static async Task<ServiceContainers> PrepareAsync(
        LabDefinition lab,
        LabFolder folder,
        Journal journal,
        Action<string> say,
        CancellationToken cancellationToken
    )
    {
        var wanted = lab.Services == ServiceMode.Container;
        if (lab.Services == ServiceMode.Native)
        {
            var asked = ServicePlan.AskedForNative(ProgramRequirement.OnPath("matchbox"));
            say(asked.Reason);
            return new(folder, asked, null, null);
        }

        var engine = LinuxCalls.EffectiveUser() == 0 ? ContainerEngine.OfEnvironment() : null;
        var problem =
            LinuxCalls.EffectiveUser() != 0 ? "containers in the lab's network need root"
            : engine is null ? "docker is not installed"
            : await engine.ProblemAsync(cancellationToken);
        if (problem is not null && wanted)
        {
            throw new LabException($"services: container cannot be done: {problem}. Set services: auto, or mend that.", exitCode: 2);
        }

        var plan = problem is null ? await PlanAsync(lab, engine!, say, cancellationToken) : ServicePlan.Native(problem);
        if (plan.Images.Count == 0)
        {
            say(plan.Reason);
            return new(folder, plan, null, null);
        }

        journal.Write(new ContainersMade(folder.UniqueName, engine!.Host));
        try
        {
            // Of a run whose engine was away when it was cleaned up.
            await engine.RemoveAllAsync(folder.UniqueName, cancellationToken);
            var holder = await NetworkHolder.StartAsync(engine, folder, plan.Images.First(), cancellationToken);
            say(plan.Reason);
            return new(folder, plan, engine, holder);
        }
        catch (LabException e) when (!wanted)
        {
            plan = ServicePlan.Native(e.Message.TrimEnd('.'));
            say(plan.Reason);
            return new(folder, plan, null, null);
        }
    }

    /// <summary>Absolute path of matchbox, where it is to be run as a process instead of Lab's own boot server.</summary>
    public string? Matchbox => _plan.Matchbox;

    /// <summary>Whether services of an image are containers.</summary>
    public bool Has(string image) => _holder is not null && _plan.Images.Contains(image);

    /// <summary>A container in the foreground; it ends with its command, and its command with it.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="image">One that <see cref="Has"/> is true of.</param>
    /// <param name="sandbox">What it sees and may do.</param>
    /// <param name="arguments">Arguments of the image's program.</param>
    internal Command Run(string service, string image, Sandbox sandbox, IEnumerable<string> arguments) =>
        _engine!.Run(
            $"lab.{_folder.UniqueName}.{service.Replace(':', '-')}",
            [
                "--rm",
                "--pull",
                "never",
                "--label",
                $"{ContainerEngine.Label}={_folder.UniqueName}",
                "--env",
                ProcessMark.Variable,
                "--network",
                $"container:{_holder!.Name}",
                "--log-driver",
                "none",
                .. ContainerSandbox.Options(sandbox),
                image,
                .. arguments,
            ]
        );

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _holder?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<ServicePlan> PlanAsync(LabDefinition lab, ContainerEngine engine, Action<string> say, CancellationToken cancellationToken)
    {
        var present = new HashSet<string>();
        foreach (var image in ServicePlan.ServicesByImage(lab).Select(service => service.Image).Distinct())
        {
            if (await engine.HasAsync(image, cancellationToken))
            {
                present.Add(image);
            }
            else if (lab.Services == ServiceMode.Container)
            {
                say($"Pulling {image}");
                await engine.PullAsync(image, cancellationToken);
                present.Add(image);
            }
        }

        return ServicePlan.Of(lab, present);
    }
}
