using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Checks;

/// <summary>An upstream that the bastion on AWS cannot pull from: a project of a registry, or one that wants to be told which registry is meant.</summary>
internal sealed class MirrorProjectCheck()
    : LabCheck(
        "mirror-path",
        Severity.Error,
        "mirrors",
        "For AWS give the mirror one registry and an upstream without a path, or leave it out.",
        "https://distribution.github.io/distribution/recipes/mirror/"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Mirrors.FirstOrDefault(mirror => !RegistryCache.IsPlain(mirror)) is { } mirror
            ? $"The bastion's cache of {mirror.Registry} cannot pull from {mirror.Upstream}: the registry in its container asks at the root of its upstream, for one registry. Only the caches of lab up and lab serve can."
            : null;
}
