using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>A cache that pulls as the user at home, and as nobody on AWS.</summary>
internal sealed class AnonymousCachesCheck()
    : LabCheck(
        "caches-anonymous",
        Severity.Warning,
        "mirrors",
        "Let the nodes log in themselves: machine.registries.config of their machine configuration.",
        "https://docs.siderolabs.com/talos/v1.12/configure-your-talos-cluster/images-container-runtime/pull-through-cache"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Mirrors.Where(mirror => mirror.Login).Select(mirror => mirror.Registry).ToList() is { Count: > 0 } registries
            ? $"The caches of {string.Join(" and ", registries)} pull as you with lab up and lab serve (login). On the bastion on AWS they pull public images only: your login stays here."
            : null;
}
