using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Rendering;

/// <summary>
/// The part of a Talos machine configuration that the lab knows: host name and registry mirrors, in the v1alpha1 style that every
/// Talos reads (https://docs.siderolabs.com/talos, machine.registries). It holds no cluster secret, so no node joins a cluster by it.
/// </summary>
public static class MachineConfig
{
    /// <summary>The template under <c>generic/</c>; the boot server fills in the node's metadata.</summary>
    public static string Template(LabDefinition lab) => string.Join('\n',
    [
        "version: v1alpha1",
        "machine:",
        "  type: controlplane",
        "  network:",
        "    hostname: {{.hostname}}",
        "  registries:",
        lab.Mirrors.Count == 0 ? "    mirrors: {}" : "    mirrors:",
        .. lab.Mirrors.SelectMany(mirror => new[]
        {
            $"      {mirror.Registry}:",
            "        endpoints:",
            $"          - {RegistryCache.Url(lab, mirror)}",
            "        skipFallback: true",
        }),
        "",
    ]);
}
