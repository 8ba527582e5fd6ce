using Lab.Emulation.Linux;

namespace Lab.Emulation.Services.Containers;

/// <summary>A sandbox as options of <c>docker run</c>.</summary>
internal static class ContainerSandbox
{
    /// <summary>
    /// The options. A container's capabilities are its root's, for a user has none after all: a service that needs any stays root, over what it
    /// is shown and no more, or changes to a user itself.
    /// </summary>
    public static IEnumerable<string> Options(Sandbox sandbox)
    {
        var user = sandbox.Capabilities.Count == 0 ? ServiceUser.Of(sandbox.Lab, sandbox.Role) : null;
        if (user is not null)
        {
            sandbox.Own();
        }

        return
        [
            "--security-opt",
            "no-new-privileges",
            "--cap-drop",
            "ALL",
            .. user is null
                ? sandbox.Capabilities.Concat(["setuid", "setgid"]).SelectMany(capability => new[] { "--cap-add", capability.ToUpperInvariant() })
                : ["--user", $"{user}:{user}"],
            .. sandbox.Shows.Concat(sandbox.Reads).SelectMany(path => new[] { "--volume", $"{path.Source}:{path.Target}:ro" }),
            .. sandbox.Writes.SelectMany(path => new[] { "--volume", $"{path.Source}:{path.Target}" }),
        ];
    }
}
