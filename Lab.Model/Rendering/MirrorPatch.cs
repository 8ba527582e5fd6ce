using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Rendering;

/// <summary>
/// The lab's caches as patches of a Talos machine configuration, for <c>talosctl gen config --config-patch</c>, in both styles that Talos
/// has. Caches speak plain HTTP, so there are no TLS settings: Talos refuses them for such an endpoint. Nodes have no other way to a
/// registry than through the caches, hence <c>skipFallback</c>.
/// </summary>
public static class MirrorPatch
{
    /// <summary><c>machine.registries.mirrors</c>, which every Talos reads.</summary>
    public static string V1Alpha1(LabDefinition lab) => string.Join('\n', ["machine:", .. Registries(lab), ""]);

    /// <summary>
    /// A <c>RegistryMirrorConfig</c> document for each cache
    /// (https://docs.siderolabs.com/talos/v1.12/reference/configuration/cri/registrymirrorconfig).
    /// </summary>
    public static string Documents(LabDefinition lab) =>
        string.Join(
            "---\n",
            lab.Mirrors.Select(mirror =>
                $"""
                    apiVersion: v1alpha1
                    kind: RegistryMirrorConfig
                    name: {Key(mirror)}
                    endpoints:
                      - url: {RegistryCache.Url(lab, mirror)}
                    skipFallback: true

                    """.ReplaceLineEndings("\n")
            )
        );

    /// <summary>An asterisk alone is an alias in YAML.</summary>
    private static string Key(MirrorDefinition mirror) => RegistryCache.IsOfOthers(mirror) ? $"\"{mirror.Registry}\"" : mirror.Registry;

    /// <summary>The lines below <c>machine:</c>.</summary>
    internal static IEnumerable<string> Registries(LabDefinition lab) =>
        [
            "  registries:",
            lab.Mirrors.Count == 0 ? "    mirrors: {}" : "    mirrors:",
            .. lab.Mirrors.SelectMany(mirror =>
                new[] { $"      {Key(mirror)}:", "        endpoints:", $"          - {RegistryCache.Url(lab, mirror)}", "        skipFallback: true" }
            ),
        ];
}
