using Lab.Model.Definition;
using Lab.Model.Services;
using BootServer = Lab.Model.Services.Matchbox;

namespace Lab.Emulation.Services.Containers;

/// <summary>Which services of a lab run as containers, and why the others do not.</summary>
/// <param name="Images">The images that containers are made of.</param>
/// <param name="Reason">One line for the user.</param>
internal sealed record ServicePlan(IReadOnlySet<string> Images, string Reason)
{
    /// <summary>Absolute path of matchbox, where it is the boot server instead of Lab's own.</summary>
    public string? Matchbox { get; private init; }

    /// <summary>
    /// As the user asks for it. matchbox from PATH only then: Lab's own boot server is the same to nodes, tells what it answered, and
    /// takes no torn files.
    /// </summary>
    /// <param name="matchbox">Absolute path of matchbox; null where it is not installed.</param>
    public static ServicePlan AskedForNative(string? matchbox) =>
        Native(
            $"services is native{(matchbox is null ? "" : $". The boot server is {matchbox}, which logs what it was asked and not what it answered: script, kernel and initrd are timed by the nodes' consoles")}"
        ) with
        {
            Matchbox = matchbox,
        };

    /// <summary>No containers.</summary>
    /// <param name="reason">Why.</param>
    public static ServicePlan Native(string reason) => new(new HashSet<string>(), $"Services run as processes: {reason}.");

    /// <summary>The images of the services that can be containers here, with what to call those services.</summary>
    public static IReadOnlyList<(string Services, string Image)> ServicesByImage(LabDefinition lab) =>
        [
            ($"{Dnsmasq.Name}, {NameServer.Name}", lab.Pinned(lab.Images.Dnsmasq)),
            (BootServer.Name, lab.Pinned(lab.Images.Matchbox)),
            .. lab.Mirrors.Count > 0 ? [("caches", lab.Pinned(lab.Images.Registry))] : Array.Empty<(string, string)>(),
        ];

    /// <summary>Containers for what the engine has an image of.</summary>
    public static ServicePlan Of(LabDefinition lab, IReadOnlySet<string> present)
    {
        var all = ServicesByImage(lab);
        if (!all.Any(service => present.Contains(service.Image)))
        {
            return Native(
                $"the Docker engine has none of the images {string.Join(", ", all.Select(service => service.Image))} (services: container pulls them)"
            );
        }

        var parts = all.Select(service =>
            present.Contains(service.Image)
                ? $"{service.Services} in containers of {service.Image}"
                : $"{service.Services} as processes (the engine does not have {service.Image})"
        );
        return new(present, $"Services: {string.Join("; ", parts)}.");
    }
}
