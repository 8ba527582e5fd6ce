using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Lab.Model.Definition;

/// <summary>The cluster that the lab's nodes form, once they run Talos.</summary>
public sealed record ClusterDefinition
{
    [Description("Name of the cluster; without it the lab's.")]
    [RegularExpression(TextForms.Name)]
    [Example("home")]
    public string? Name { get; init; }

    [Description("URL of the Kubernetes API, with its port; without it, and without vip, port 6443 of the first control plane.")]
    public Uri? Endpoint { get; init; }

    [Description("Address that the control planes share, instead of endpoint: in the private subnet, outside the DHCP range.")]
    [Example("10.20.13.10")]
    public IPAddress? Vip { get; init; }

    [Description("Release of Talos that the nodes run and install, from v1.9.0 on.")]
    [Example("v1.12.3")]
    public required TalosVersion Talos { get; init; }

    [Description("Version of Kubernetes; without it talosctl chooses.")]
    [RegularExpression(TextForms.KubernetesVersion)]
    [Example("1.34.1")]
    public string? Kubernetes { get; init; }

    [Description("The cluster's network: flannel (also without it), or none for one that is installed afterwards.")]
    public ClusterNetworkPlugin? Cni { get; init; }

    [Description("Prepares the nodes for CozyStack: its kernel modules and limits, no network plugin and no kube-proxy, workloads on control planes.")]
    public bool Cozystack { get; init; }

    [Description("Image that installs Talos on nodes whose image is not one of a registry; without it Talos's own of the release.")]
    [RegularExpression(TextForms.Image)]
    [Example("ghcr.io/siderolabs/installer:v1.12.3")]
    public string? Installer { get; init; }

    [Description("File of the cluster's secrets, as talosctl gen secrets writes it; without it Lab makes one and keeps it.")]
    [RegularExpression(TextForms.FilePath)]
    [Example("secrets.yaml")]
    public string? Secrets { get; init; }

    [Description("Files with patches of the machine configuration: for all nodes, a role or a node.")]
    public IReadOnlyList<PatchDefinition> Patches { get; init; } = [];

    /// <summary>True for a cluster whose nodes get Ready only when a network plugin is installed in it afterwards.</summary>
    public bool LacksNetworkPlugin => Cozystack || Cni == ClusterNetworkPlugin.None;

    /// <summary>The folder of the lab file; null for a definition without one.</summary>
    internal string? Folder { get; private init; }

    /// <summary>With absolute paths.</summary>
    /// <param name="folder">Where relative ones begin.</param>
    public ClusterDefinition In(string folder) =>
        this with
        {
            Folder = folder,
            Secrets = Secrets is null ? null : Path.GetFullPath(Secrets, folder),
            Patches = [.. Patches.Select(patch => patch with { File = Path.GetFullPath(patch.File, folder) })],
        };
}

/// <summary>Patches of the machine configuration, in a file.</summary>
public sealed record PatchDefinition
{
    [Description("The file, in Talos's own form. A relative path begins at the folder of lab.yaml.")]
    [RegularExpression(TextForms.FilePath)]
    [Example("patches/all.yaml")]
    public required string File { get; init; }

    [Description("The role whose nodes get it.")]
    [RegularExpression(TextForms.Name)]
    public string? Role { get; init; }

    [Description("The node that gets it.")]
    [RegularExpression(TextForms.Name)]
    [Example("cp1")]
    public string? Node { get; init; }
}

/// <summary>Who connects the pods of a cluster.</summary>
public enum ClusterNetworkPlugin
{
    /// <summary>Flannel, which Talos installs.</summary>
    Flannel,

    /// <summary>Nobody yet: nodes are not Ready until one is installed.</summary>
    None,
}
