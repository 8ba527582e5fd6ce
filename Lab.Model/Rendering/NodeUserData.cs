using System.Security.Cryptography;
using System.Text;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Rendering;

/// <summary>
/// The user data of a node: a script for the iPXE image (https://ipxe.org/howto/ec2). It tries again for as long as the bastion does
/// not answer, for the bastion may still be installing. The image has taken its lease already; a second one would cost two seconds.
/// </summary>
public static class NodeUserData
{
    /// <summary>The script of further nodes, which the launch template has; begins with <c>#!ipxe</c>.</summary>
    public static string Script(LabDefinition lab) => Script(lab, "boot.ipxe");

    /// <summary>The script of a node of the definition; null for one that boots as further nodes do.</summary>
    public static string? Script(LabDefinition lab, NodeDefinition node) =>
        InstanceBoot.IsOfItsOwn(lab, node) ? Script(lab, $"ipxe?uuid=${{uuid}}&mac=${{mac:hexhyp}}&{MatchboxData.InstanceSelector}={node.Name}") : null;

    /// <summary>What tells whether a node of the definition was launched with the user data that it would get now; null where it gets none.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="node">The node.</param>
    /// <param name="other">User data that it gets instead.</param>
    public static string? Digest(LabDefinition lab, NodeDefinition node, string? other = null) =>
        (other ?? (lab.Launch.Boot == LaunchBoot.Ipxe ? Script(lab, node) ?? Script(lab) : null)) is { } data
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)))[..16]
            : null;

    private static string Script(LabDefinition lab, string path) =>
        $$"""
            #!ipxe
            # Network boot from the bastion of lab {{lab.Name}}.
            :boot
            isset ${net0/ip} || dhcp net0 || goto again
            chain {{Matchbox.Url(lab)}}/{{path}} || goto again
            :again
            sleep 10
            goto boot

            """.ReplaceLineEndings("\n");
}
