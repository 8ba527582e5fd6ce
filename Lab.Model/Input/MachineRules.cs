using System.Net;
using System.Text.RegularExpressions;
using Lab.Model.Definition;
using Lab.Model.Network;

namespace Lab.Model.Input;

/// <summary>What must hold of the machines: those of all nodes, of roles and of each node.</summary>
internal static partial class MachineRules
{
    public static IEnumerable<DefinitionFinding> Check(LabDefinition lab) =>
        [
            .. Machine(lab, "machine", lab.Machine),
            .. lab.Roles.SelectMany(role => Role(lab, role.Key, role.Value)),
            .. lab.Nodes.Index().SelectMany(node => Node(lab, $"nodes[{node.Index}]", node.Item)),
            .. Addresses(lab),
        ];

    private static IEnumerable<DefinitionFinding> Role(LabDefinition lab, string name, RoleDefinition role) =>
        [
            .. DefinitionRules.IsName(name) ? [] : new[] { new DefinitionFinding($"roles.{name}", DefinitionRules.NameMessage(name)) },
            .. Machine(lab, $"roles.{name}", role),
            .. Launch(lab, $"roles.{name}.launch", role.Launch),
            .. Single(lab, name, role),
        ];

    private static IEnumerable<DefinitionFinding> Single(LabDefinition lab, string name, RoleDefinition role)
    {
        var nodes = lab.Nodes.Index().Where(node => node.Item.Role == name).ToList();
        return role.Single && nodes.Count > 1
            ?
            [
                new DefinitionFinding(
                    $"nodes[{nodes[1].Index}].role",
                    $"role {name} may be filled once, and {string.Join(" and ", nodes.Select(node => node.Item.Name))} have it"
                )
                {
                    Against = [$"roles.{name}.single"],
                },
            ]
            : [];
    }

    private static IEnumerable<DefinitionFinding> Node(LabDefinition lab, string place, NodeDefinition node) =>
        [.. RoleOf(lab, place, node), .. Machine(lab, place, node), .. Launch(lab, $"{place}.launch", node.Launch)];

    private static IEnumerable<DefinitionFinding> RoleOf(LabDefinition lab, string place, NodeDefinition node)
    {
        string[] roles = [.. new[] { NodeMachine.ControlPlane, NodeMachine.Worker }.Union(lab.Roles.Keys)];
        if (!roles.Contains(node.Role))
        {
            var meant = Nearest.Of(node.Role, roles) is { } near ? $"did you mean '{near}'? " : "";
            yield return new(
                $"{place}.role",
                $"there is no role '{VisibleText.Of(node.Role)}'; {meant}allowed: {string.Join(", ", roles)}, or another that roles has"
            )
            {
                Against = ["roles"],
            };
        }
    }

    private static IEnumerable<DefinitionFinding> Machine(LabDefinition lab, string place, MachineDefinition machine)
    {
        if (machine is { Disks: not null, DiskGib: not null })
        {
            yield return new($"{place}.diskGib", "disks says all disks; leave out diskGib, which is short for one") { Against = [$"{place}.disks"] };
        }

        IEnumerable<DefinitionFinding> findings =
        [
            .. DefinitionRules.Image($"{place}.image", machine.Image),
            .. DefinitionRules.Arguments($"{place}.arguments", machine.Arguments ?? []),
            .. DefinitionRules.TwoConfigs(lab, $"{place}.arguments", machine.Arguments ?? []),
            .. machine.Console is { } console && !Console().IsMatch(console)
                ? [new DefinitionFinding($"{place}.console", ConsoleMessage(console))]
                : Array.Empty<DefinitionFinding>(),
            .. Command($"{place}.power.on", machine.Power?.On),
            .. Command($"{place}.power.off", machine.Power?.Off),
            .. Command($"{place}.power.cycle", machine.Power?.Cycle),
        ];
        foreach (var finding in findings)
        {
            yield return finding;
        }
    }

    private static string ConsoleMessage(string console) =>
        console.StartsWith("console=", StringComparison.Ordinal) && Console().IsMatch(console["console=".Length..])
            ? $"leave out console=: {console["console=".Length..]}"
            : "expected a serial console as Linux calls it, such as ttyS2,1500000";

    private static IEnumerable<DefinitionFinding> Command(string place, IReadOnlyList<string>? arguments) =>
        (arguments ?? []).Any(argument => !CommandArgument().IsMatch(argument))
            ? [new(place, "a command and each of its arguments are 1 to 4096 characters, without NUL")]
            : [];

    private static IEnumerable<DefinitionFinding> Launch(LabDefinition lab, string place, NodeLaunchDefinition? launch) =>
        new[]
        {
            launch?.InstanceType is { } type ? DeploymentRules.Type($"{place}.instanceType", type) : null,
            launch?.Zone is { } zone
                ? DefinitionRules.Zone($"{place}.zone", zone, lab.Region) ?? (lab.PrivateSubnetOf(zone) is null ? NoSubnet($"{place}.zone", zone) : null)
                : null,
            launch?.Image is { } image && !ImageRules.IsName(image) ? DefinitionRules.NoImageName($"{place}.image", image)
            : launch?.Image is not null && lab.Launch.Boot == LaunchBoot.Ami
                ? new DefinitionFinding(
                    $"{place}.image",
                    "with launch.boot: ami all nodes start the release of launch.talos; an image of its own is for boot: ipxe"
                )
                {
                    Against = ["launch.boot"],
                }
            : null,
        }.OfType<DefinitionFinding>();

    [GeneratedRegex(@"\A" + TextForms.Console + @"\z")]
    private static partial Regex Console();

    [GeneratedRegex(@"\A" + TextForms.CommandArgument + @"\z")]
    private static partial Regex CommandArgument();

    private static DefinitionFinding NoSubnet(string place, string zone) =>
        new(place, $"the lab has no private subnet in {zone}; add the zone with one to network.zones") { Against = ["network.zones"] };

    /// <summary>Addresses on AWS, each in the private subnet of its zone.</summary>
    private static IEnumerable<DefinitionFinding> Addresses(LabDefinition lab)
    {
        var seen = new Dictionary<IPAddress, string> { [lab.Bastion.Address] = "bastion.address" };
        foreach (var (index, node) in lab.Nodes.Index())
        {
            var zone = lab.MachineOf(node).Launch.Zone;
            if (lab.PrivateSubnetOf(zone) is not { } subnet)
            {
                continue;
            }

            if (node.Launch?.PrivateAddress is not { } address)
            {
                // As at home, whose rules are others; what AWS keeps of the subnet shows at the launch.
                seen.TryAdd(node.Address, $"nodes[{index}].address");
                if (zone != lab.Zone && !subnet.HasHost(node.Address))
                {
                    yield return new(
                        $"nodes[{index}].address",
                        $"{node.Address} is not in {subnet}, the private subnet of the node's zone {zone}; give the node an address of that for AWS, as launch.privateAddress"
                    )
                    {
                        Against = ["network.zones"],
                    };
                }

                continue;
            }

            var place = $"nodes[{index}].launch.privateAddress";
            if (DefinitionRules.Twice(seen, address, place, "address") is { } twice)
            {
                yield return twice;
            }

            if (DefinitionRules.Host(subnet, address) is { } message)
            {
                yield return new(place, message) { Against = [zone == lab.Zone ? "network.privateSubnet" : "network.zones"] };
            }
            else if (NetworkDesign.IsKept(subnet, address))
            {
                yield return new(
                    place,
                    $"{address} is one of the first addresses of the subnet {subnet}, which AWS keeps; the first free one is {NetworkDesign.FirstFree(subnet)}"
                );
            }
        }
    }
}
