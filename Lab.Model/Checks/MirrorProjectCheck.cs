using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>An upstream with a path, which the bastion on AWS cannot pull from.</summary>
internal sealed class MirrorProjectCheck()
    : LabCheck(
        "mirror-path",
        Severity.Error,
        "mirrors",
        "For AWS give it an upstream without a path, or leave the mirror out.",
        "https://distribution.github.io/distribution/recipes/mirror/"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Mirrors.FirstOrDefault(mirror => mirror.HasProject) is { } mirror
            ? $"The bastion's cache of {mirror.Registry} cannot pull from {mirror.Upstream}: the registry in its container asks at the root of its upstream. Only lab up and lab serve pull below a path."
            : null;
}
