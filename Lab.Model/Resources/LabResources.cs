using System.Net;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Resources;

/// <summary>What a lab consists of, derived from its definition: names, descriptions, addresses, dependencies, commands.</summary>
public static class LabResources
{
    /// <summary>Name of the lab's network.</summary>
    public const string Network = "network";

    /// <summary>Name of the AWS emulator.</summary>
    public const string Aws = "aws";

    /// <summary>The port on which AWS emulators are looked for; another one is taken where it is not free.</summary>
    public const int AwsPort = 4566;

    /// <summary>What the emulator takes as access key and as secret key: any text. It answers the user who runs the lab, and nobody else.</summary>
    public const string AwsAnyKey = "test";

    /// <summary>The port of the Talos API, which a node in maintenance serves too.</summary>
    public const int NodePort = 50000;

    /// <summary>All resources of a lab, in the order in which they are shown.</summary>
    public static IReadOnlyList<LabResource> Of(LabDefinition lab) =>
        [
            new(Network, ResourceKind.Network, $"isolated network {lab.Network.PrivateSubnet}") { Icon = "VirtualNetwork" },
            Service(Dnsmasq.Name, "DHCP and TFTP", "Router", Udp("dhcp", lab, Dnsmasq.DhcpPort), Udp("tftp", lab, Dnsmasq.TftpPort)),
            .. OtherServices(lab),
            Service(Aws, "AWS emulator", "Cloud") with
            {
                Kind = ResourceKind.Emulator,
                WaitsFor = [],
            },
            .. lab.Nodes.Select(node => Node(lab, node, lab.MachineOf(node).Disks.Count > 0)),
        ];

    /// <summary>All resources of a lab that serves a real network. Its nodes are machines that Lab can wake (Wake-on-LAN), watch, and switch by commands of the user's.</summary>
    /// <param name="lab">The lab as it is served.</param>
    /// <param name="lan">The network.</param>
    public static IReadOnlyList<LabResource> Of(LabDefinition lab, HomeLan lan) =>
        [
            new(Network, ResourceKind.Network, $"{lan.Interface}, {lan.Address} in {lan.Network}") { Icon = "VirtualNetwork" },
            DhcpAndTftp(lab, lan),
            .. OtherServices(lab),
            .. lab.Nodes.Select(node => Node(lab, node, hasDisk: false) with { Commands = [.. MachineCommands(node, lab.MachineOf(node).Power)] }),
        ];

    /// <summary>All resources of a lab whose home has a router of its own, beside which Lab answers as <c>lab serve</c> does.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="lan">The network of that home; null for one without a router, in which Lab gives the addresses.</param>
    public static IReadOnlyList<LabResource> OfRehearsal(LabDefinition lab, HomeLan? lan) =>
        lan is null
            ? Of(lab)
            :
            [
                .. Of(lab)
                    .SelectMany(resource => resource.Name == Dnsmasq.Name ? [Router(lan), DhcpAndTftp(lab, lan)] : new[] { resource })
                    .Select(resource => resource.Kind == ResourceKind.Node ? resource with { WaitsFor = [.. resource.WaitsFor, HomeRouter.Name] } : resource),
            ];

    private static LabResource Router(HomeLan lan) =>
        Service(
            HomeRouter.Name,
            "DHCP of the home's router",
            "Router",
            new ResourceEndpoint("dhcp", At(lan.Gateway!, Dnsmasq.DhcpPort), "udp", false),
            new ResourceEndpoint("dns", At(lan.Gateway!, NameServer.Port), "udp", false)
        );

    private static LabResource DhcpAndTftp(LabDefinition lab, HomeLan lan) =>
        Service(
            Dnsmasq.Name,
            HomeDnsmasq.Role(lan.Dhcp),
            "Router",
            [.. lan.Dhcp == HomeDhcp.Off ? [] : new[] { Udp("dhcp", lab, Dnsmasq.DhcpPort) }, Udp("tftp", lab, Dnsmasq.TftpPort)]
        );

    private static IEnumerable<ResourceCommand> MachineCommands(NodeDefinition node, PowerDefinition power) =>
        [
            new(ResourceCommand.Start, power.On is null ? "Wake" : "Switch on", "Play"),
            new(ResourceCommand.PowerOff, "Power off", "Power", $"Switch {node.Name} off, by the command power.off of the lab file?"),
            new(
                ResourceCommand.PowerCycle,
                "Power-cycle",
                "ArrowCounterclockwise",
                $"Switch {node.Name} off and on again, by {(power.Cycle is null ? "the commands power.off and power.on" : "the command power.cycle")} of the lab file? What it holds in memory is lost; what is on its disk stays."
            ),
            new(
                ResourceCommand.Reinstall,
                "Reinstall",
                "ArrowDownload",
                $"Boot {node.Name} from the network at its next start? What it boots there may write its disk anew. After that one boot it is left to its disk again."
            ),
            new(
                ResourceCommand.MarkInstalled,
                "Mark installed",
                "HardDrive",
                $"Leave {node.Name} to its disk from now on when it asks for network boot? Its disk should hold an operating system."
            ),
            new(
                ResourceCommand.MarkNotInstalled,
                "Mark not installed",
                "HardDrive",
                $"Boot {node.Name} from the network from now on whenever it asks for that? What it boots there may write its disk anew."
            ),
        ];

    private static IEnumerable<LabResource> OtherServices(LabDefinition lab) =>
        [
            Service(Matchbox.Name, "matchbox-compatible HTTP boot", "Server", Http(lab, lab.Bastion.BootPort)),
            Service(
                NameServer.Name,
                "name server",
                "Globe",
                Udp("dns", lab, NameServer.Port),
                new("dns-tcp", At(lab.Bastion.Address, NameServer.Port), "tcp", false)
            ),
            .. lab.Mirrors.Select(mirror =>
                Service(RegistryCache.Name(mirror), $"cache of {mirror.Registry}", "Database", Http(lab, mirror.Port)) with
                {
                    Kind = ResourceKind.Cache,
                }
            ),
        ];

    private static LabResource Service(string name, string description, string icon, params ResourceEndpoint[] endpoints) =>
        new(name, ResourceKind.Service, description)
        {
            Icon = icon,
            WaitsFor = [Network],
            Endpoints = endpoints,
            Commands =
            [
                new(ResourceCommand.Start, "Start", "Play"),
                new(ResourceCommand.Stop, "Stop", "Stop", $"Stop {name}? It stays stopped until it is started again."),
                new(ResourceCommand.Restart, "Restart", "ArrowCounterclockwise"),
            ],
        };

    /// <summary>A node can boot when its network, DHCP, TFTP and HTTP boot are there; it asks for the rest much later.</summary>
    private static LabResource Node(LabDefinition lab, NodeDefinition node, bool hasDisk) =>
        new(node.Name, ResourceKind.Node, $"node {node.Mac}")
        {
            Icon = "DesktopTower",
            WaitsFor = [Network, Dnsmasq.Name, Matchbox.Name],
            Endpoints =
            [
                .. NodeEndpoints(node.Address, lab.MachineOf(node).Image),
                .. lab.MachineOf(node).Ports.Select(port => new ResourceEndpoint($"tcp-{port}", At(node.Address, port), "tcp", false)),
            ],
            Commands =
            [
                new(ResourceCommand.Start, "Switch on", "Play"),
                new(ResourceCommand.PowerOff, "Power off", "Power", $"Switch {node.Name} off, as pulling the plug does?"),
                new(
                    ResourceCommand.PowerCycle,
                    "Power-cycle",
                    "ArrowCounterclockwise",
                    $"Switch {node.Name} off and on again? What it holds in memory is lost; {(hasDisk ? "what is on its disk stays" : "it has no disk")}."
                ),
                .. hasDisk ? [ResetDisk(node)] : Array.Empty<ResourceCommand>(),
                new(
                    ResourceCommand.ResetFirmware,
                    "Reset firmware",
                    "DeveloperBoardLightning",
                    $"Empty the UEFI variables of {node.Name}? Boot entries and choices that its operating system has noted there are lost. A node that is on is switched off before and on again after."
                ),
                new(ResourceCommand.Console, "Open console", "WindowConsole"),
            ],
        };

    private static ResourceCommand ResetDisk(NodeDefinition node) =>
        new(
            ResourceCommand.ResetDisk,
            "Reset disk",
            "Eraser",
            $"Make the disk of {node.Name} blank? All that is on it is lost. A node that is on is switched off before and on again after, and boots from the network."
        );

    /// <summary>Where a node serves: Talos's API or, for another operating system, the port by which it shows that it is ready.</summary>
    public static IReadOnlyList<ResourceEndpoint> NodeEndpoints(IPAddress address, ImageDefinition? image) =>
        [new("talos", At(address, image?.Ready?.Port ?? NodePort), "tcp", false)];

    /// <summary>A UDP port of the bastion.</summary>
    public static ResourceEndpoint Udp(string name, LabDefinition lab, int port) => new(name, At(lab.Bastion.Address, port), "udp", false);

    /// <summary>A port of the bastion that a browser can open.</summary>
    public static ResourceEndpoint Http(LabDefinition lab, int port) => new(ResourceEndpoint.Web, At(lab.Bastion.Address, port), "tcp", true);

    private static string At(IPAddress address, int port) => $"{address}:{port}";
}
