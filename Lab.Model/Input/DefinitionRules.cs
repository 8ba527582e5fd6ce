using System.Net;
using System.Text.RegularExpressions;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Lab.Model.Services;

namespace Lab.Model.Input;

/// <summary>What must hold between the values of a definition: addresses in their subnets, nothing used twice.</summary>
public static partial class DefinitionRules
{
    /// <summary>TCP ports of the bastion that the definition cannot give away: DNS.</summary>
    private static readonly int[] TakenPorts = [53];

    private const string Subnet = "network.privateSubnet";

    private static readonly string[] Range = ["dhcp.first", "dhcp.last"];

    /// <summary>Every broken rule; empty for a valid definition.</summary>
    public static IEnumerable<DefinitionFinding> Check(LabDefinition lab) =>
        [
            .. ValueRanges.Check(lab),
            .. Names(lab),
            .. SubnetRules.Check(lab),
            .. Home(lab),
            .. Bastion(lab),
            .. Dhcp(lab),
            .. Dns(lab),
            .. Mirrors(lab),
            .. ImageRules.Check(lab.Images),
            .. Boot(lab),
            .. Image("image", lab.Image),
            .. Nodes(lab),
            .. MachineRules.Check(lab),
            .. ClusterRules.Check(lab),
            .. DeploymentRules.Check(lab),
        ];

    /// <summary>Whether a text can name a lab or a node.</summary>
    public static bool IsName(string text) => Label().IsMatch(text);

    /// <summary>Whether a text can name a container image.</summary>
    public static bool IsImage(string text) => ImageRules.IsName(text);

    /// <summary>The lab's name that the option <c>--name</c> gives.</summary>
    /// <exception cref="LabException">It cannot be one.</exception>
    public static string NameOfOption(string text) => NameFrom("--name", text);

    /// <summary>The lab's name that something gives.</summary>
    /// <param name="place">What gives it, for the message.</param>
    /// <param name="text">The name.</param>
    /// <exception cref="LabException">It cannot be one.</exception>
    public static string NameFrom(string place, string text) =>
        IsName(text) ? text : throw new LabException($"{place}: '{text}' cannot be a lab's name; allowed: lower-case letters, digits and hyphens, at most 30.");

    internal static bool IsDomainName(string text) => DomainName().IsMatch(text);

    private static IEnumerable<DefinitionFinding> Names(LabDefinition lab)
    {
        if (!IsName(lab.Name))
        {
            yield return new("name", NameMessage(lab.Name));
        }

        if (!RegionName().IsMatch(lab.Region))
        {
            yield return new("region", $"'{lab.Region}' is not the name of an AWS region; expected one like eu-west-1");
        }

        if (Zone("zone", lab.Zone, lab.Region) is { } finding)
        {
            yield return finding;
        }
    }

    internal static DefinitionFinding? Zone(string place, string zone, string region) =>
        zone.Length == region.Length + 1 && zone.StartsWith(region, StringComparison.Ordinal) && char.IsAsciiLetterLower(zone[^1])
            ? null
            : new(place, $"zone '{zone}' is not in region {region}; expected {region} and a letter, like {region}a") { Against = ["region"] };

    private static IEnumerable<DefinitionFinding> Home(LabDefinition lab)
    {
        var home = lab.Network.Home;
        if (home.Interface is { } name && !InterfaceName().IsMatch(name))
        {
            yield return new("network.home.interface", $"'{name}' is not the name of a network interface; expected one like eth0");
        }

        if (home.RaspberryPi is { } folder && !FilePath().IsMatch(folder))
        {
            yield return new("network.home.raspberryPi", $"'{VisibleText.Of(folder)}' cannot be the path of a folder");
        }

        if (home.Address.Address is { } address && Host(lab, address) is { } message)
        {
            yield return new("network.home.address", message) { Against = [Subnet] };
        }
    }

    private static IEnumerable<DefinitionFinding> Bastion(LabDefinition lab)
    {
        if (Host(lab, lab.Bastion.Address) is { } message)
        {
            yield return new("bastion.address", message) { Against = [Subnet] };
        }

        if (TakenPorts.Contains(lab.Bastion.BootPort))
        {
            yield return new("bastion.bootPort", $"port {lab.Bastion.BootPort} of the bastion is its name server's");
        }
    }

    private static IEnumerable<DefinitionFinding> Dhcp(LabDefinition lab)
    {
        var (first, last) = (lab.Dhcp.First, lab.Dhcp.Last);
        foreach (var (key, address) in new[] { ("first", first), ("last", last) })
        {
            if (Host(lab, address) is { } message)
            {
                yield return new($"dhcp.{key}", message) { Against = [Subnet] };
            }
        }

        if (first.ToNumber() > last.ToNumber())
        {
            yield return new("dhcp.last", $"the range ends at {last}, before its first address {first}") { Against = ["dhcp.first"] };
        }

        if (lab.Dhcp.Leases(lab.Bastion.Address))
        {
            yield return new(
                "bastion.address",
                $"{lab.Bastion.Address} lies in the DHCP range {first} to {last}, which is for machines without an address of their own"
            )
            {
                Against = Range,
            };
        }
    }

    private static IEnumerable<DefinitionFinding> Dns(LabDefinition lab)
    {
        if (!IsDomainName(lab.Dns.Domain))
        {
            yield return new("dns.domain", $"'{lab.Dns.Domain}' is not a domain name; expected one like lab.internal");
        }

        for (var i = 0; i < lab.Dns.Block.Count; i++)
        {
            if (!IsDomainName(lab.Dns.Block[i]))
            {
                yield return new($"dns.block[{i}]", $"'{lab.Dns.Block[i]}' is not a domain name; expected one like example.com");
            }
        }
    }

    private static IEnumerable<DefinitionFinding> Mirrors(LabDefinition lab)
    {
        var ports = new Dictionary<int, string> { [lab.Bastion.BootPort] = "bastion.bootPort" };
        var registries = new Dictionary<string, string>();
        for (var i = 0; i < lab.Mirrors.Count; i++)
        {
            var mirror = lab.Mirrors[i];
            if (!RegistryName().IsMatch(mirror.Registry))
            {
                yield return new($"mirrors[{i}].registry", $"'{mirror.Registry}' is not the host name of a registry; expected one like docker.io");
            }

            if (TakenPorts.Contains(mirror.Port))
            {
                yield return new($"mirrors[{i}].port", $"port {mirror.Port} of the bastion is its name server's");
            }

            if (Twice(ports, mirror.Port.Number, $"mirrors[{i}].port", "port") is { } port)
            {
                yield return port;
            }

            if (mirror.Login && RegistryCache.IsOfOthers(mirror))
            {
                yield return new($"mirrors[{i}].login", "you are logged in at a registry, and * is none; give that registry a mirror of its own");
            }

            if (mirror is { Login: true, Upstream: { IsLoopback: false } upstream } && upstream.Scheme != Uri.UriSchemeHttps)
            {
                yield return new($"mirrors[{i}].login", $"everybody on the way to {upstream} could read your login: its upstream must be an https URL");
            }

            if (Twice(registries, mirror.Registry, $"mirrors[{i}].registry", "registry") is { } registry)
            {
                yield return registry;
            }
        }
    }

    internal static IEnumerable<DefinitionFinding> Image(string place, ImageDefinition? image)
    {
        if (image is null)
        {
            yield break;
        }

        foreach (var (key, path) in new[] { ("kernel", image.Kernel), ("initrd", image.Initrd) })
        {
            if (path is not null && !FilePath().IsMatch(path))
            {
                yield return new($"{place}.{key}", $"'{VisibleText.Of(path)}' cannot be the path of a file");
            }
        }

        foreach (var finding in Arguments($"{place}.arguments", image.Arguments))
        {
            yield return finding;
        }
    }

    internal static IEnumerable<DefinitionFinding> Arguments(string path, IReadOnlyList<string> arguments) =>
        arguments
            .Select((argument, index) => (argument, index))
            .Where(entry => !KernelArgument().IsMatch(entry.argument))
            .Select(entry => new DefinitionFinding(
                $"{path}[{entry.index}]",
                $"'{entry.argument}' is not one kernel argument; it begins with a letter or digit and holds no spaces, quotes, backslashes, backticks, semicolons, '|', '<', '>', and '$' only in ${{name}}, at most 1024 characters"
            ));

    internal static DefinitionFinding NoImageName(string place, string image) =>
        new(place, $"'{image}' is not the name of a container image; expected one like ghcr.io/siderolabs/installer:v1.10.0");

    private static IEnumerable<DefinitionFinding> Boot(LabDefinition lab)
    {
        if (!ImageRules.IsName(lab.Boot.Image))
        {
            yield return NoImageName("boot.image", lab.Boot.Image);
        }

        foreach (var finding in Arguments("boot.arguments", lab.Boot.Arguments))
        {
            yield return finding;
        }

        foreach (var finding in TwoConfigs(lab, "boot.arguments", lab.Boot.Arguments))
        {
            yield return finding;
        }
    }

    internal static IEnumerable<DefinitionFinding> TwoConfigs(LabDefinition lab, string place, IReadOnlyList<string> arguments) =>
        arguments
            .Index()
            .Where(argument => lab.Boot.MirrorDocuments && argument.Item.StartsWith("talos.config=", StringComparison.Ordinal))
            .Select(argument => new DefinitionFinding(
                $"{place}[{argument.Index}]",
                "boot.mirrorDocuments gives the node a talos.config already, and Talos reads one; leave out either"
            ));

    private static IEnumerable<DefinitionFinding> Nodes(LabDefinition lab)
    {
        var names = LabResources
            .Of(lab with { Nodes = [] })
            .DistinctBy(resource => resource.Name)
            .ToDictionary(resource => resource.Name, resource => $"the lab's {resource.Description}");
        names["bastion"] = "the bastion itself";
        var macs = new Dictionary<MacAddress, string>();
        var addresses = new Dictionary<IPAddress, string> { [lab.Bastion.Address] = "bastion.address" };
        for (var i = 0; i < lab.Nodes.Count; i++)
        {
            var (node, path) = (lab.Nodes[i], $"nodes[{i}]");
            if (!IsName(node.Name))
            {
                yield return new($"{path}.name", NameMessage(node.Name));
            }
            else if (LeaseTime().IsMatch(node.Name))
            {
                yield return new($"{path}.name", $"'{node.Name}' means something else to dnsmasq where the name of a host stands; give the node another name");
            }

            if (!node.Mac.IsUnicast)
            {
                yield return new($"{path}.mac", $"{node.Mac} is not the address of one interface (the first byte must be even, and not all may be zero)");
            }

            if (Host(lab, node.Address) is { } message)
            {
                yield return new($"{path}.address", message) { Against = [Subnet] };
            }
            else if (lab.Dhcp.Leases(node.Address))
            {
                yield return new(
                    $"{path}.address",
                    $"{node.Address} lies in the DHCP range {lab.Dhcp.First} to {lab.Dhcp.Last}, which is for machines without an address of their own"
                )
                {
                    Against = Range,
                };
            }

            DefinitionFinding?[] twice =
            [
                Twice(names, node.Name, $"{path}.name", "name"),
                .. lab.MachineOf(node).Macs.Select(mac => Twice(macs, mac, $"{path}.mac", "MAC")),
                Twice(addresses, node.Address, $"{path}.address", "address"),
            ];
            foreach (var finding in twice.OfType<DefinitionFinding>())
            {
                yield return finding;
            }
        }
    }

    internal static DefinitionFinding? Twice<T>(Dictionary<T, string> seen, T value, string path, string what)
        where T : notnull => seen.TryAdd(value, path) ? null : new(path, $"{what} {value} is taken already, by {seen[value]}") { Against = [seen[value]] };

    internal static string? Host(LabDefinition lab, IPAddress address) => Host(lab.Network.PrivateSubnet, address);

    internal static string? Host(IPNetwork subnet, IPAddress address) =>
        subnet.HasHost(address)
            ? null
            : $"{address} is not an address of the private subnet {subnet}; allowed: {subnet.BaseAddress.Plus(1)} to {subnet.Broadcast().Plus(-1)}";

    /// <summary>What dnsmasq reads in <c>dhcp-host</c> as a lease time or as an order to ignore the host, before it thinks of a name.</summary>
    [GeneratedRegex(@"\A([0-9]+[smhdw]?|infinite|ignore)\z")]
    private static partial Regex LeaseTime();

    internal static string NameMessage(string name) =>
        $"'{name}' cannot be a name; allowed: lower-case letters, digits and hyphens, at most 30, beginning and ending with a letter or digit";

    [GeneratedRegex(@"\A" + TextForms.FilePath + @"\z")]
    private static partial Regex FilePath();

    [GeneratedRegex(@"\A" + TextForms.KernelArgument + @"\z")]
    private static partial Regex KernelArgument();

    [GeneratedRegex(@"\A" + TextForms.Name + @"\z")]
    private static partial Regex Label();

    [GeneratedRegex(@"\A" + TextForms.Interface + @"\z")]
    private static partial Regex InterfaceName();

    [GeneratedRegex(@"\A" + TextForms.Region + @"\z")]
    private static partial Regex RegionName();

    [GeneratedRegex(@"\A" + TextForms.DomainName + @"\z")]
    private static partial Regex DomainName();

    [GeneratedRegex(@"\A" + TextForms.Registry + @"\z")]
    private static partial Regex RegistryName();
}
