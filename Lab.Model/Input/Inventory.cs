using System.Net;
using System.Text.RegularExpressions;
using Lab.Model.Definition;
using YamlDotNet.RepresentationModel;

namespace Lab.Model.Input;

/// <summary>A machine of an inventory.</summary>
/// <param name="Name">A name that a lab's node can have.</param>
/// <param name="Address">Null where the inventory has none.</param>
/// <param name="Mac">Null where the inventory has none.</param>
/// <param name="IsController">Whether it is a control plane's.</param>
public sealed record InventoryNode(string Name, IPAddress? Address, MacAddress? Mac, bool IsController);

/// <summary>The machines that somebody has already described for another tool: talhelper's <c>talconfig.yaml</c>, or cluster-template's <c>nodes.yaml</c>.</summary>
/// <param name="Name">Name of the cluster, where it can be a lab's.</param>
/// <param name="Nodes">The machines.</param>
/// <param name="LeftOut">What was not taken over, and why, a sentence each.</param>
public sealed partial record Inventory(string? Name, IReadOnlyList<InventoryNode> Nodes, IReadOnlyList<string> LeftOut)
{
    private static readonly string[] Names = ["hostname", "name"];
    private static readonly string[] Addresses = ["ipAddress", "address"];
    private static readonly string[] Controllers = ["controlPlane", "controller"];
    private static readonly string[] Macs = ["mac_addr", "macAddress", "mac"];
    private static readonly string[] Interfaces = ["networkInterfaces"];

    /// <summary>Reads a file.</summary>
    /// <exception cref="LabException">It cannot be read, or is no such inventory.</exception>
    public static Inventory Load(string file)
    {
        try
        {
            return Parse(File.ReadAllText(file), file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"Cannot read the inventory {file}: {e.Message}", inner: e);
        }
    }

    /// <summary>The inventory that a text holds.</summary>
    /// <exception cref="LabException">It is no inventory.</exception>
    public static Inventory Parse(string text, string file)
    {
        if (
            YamlDocuments.Read(text, file).FirstOrDefault() is not YamlMappingNode root
            || Value(root, ["nodes"]) is not YamlSequenceNode { Children.Count: > 0 } list
        )
        {
            throw new LabException(
                $"{file} has no list 'nodes'. Inventories that Lab reads: talhelper's talconfig.yaml (nodes with hostname and ipAddress), cluster-template's nodes.yaml (nodes with name, address and mac_addr)."
            );
        }

        var leftOut = new List<string>();
        var nodes = list.Select((node, index) => Read(node, index, file, leftOut)).ToList();
        string[] taken = ["nodes", "clusterName"];
        leftOut.AddRange(Unread("", root, taken));
        string[] ofNode = [.. Names, .. Addresses, .. Controllers, .. Macs, .. Interfaces];
        leftOut.AddRange(
            Unread("of nodes: ", new YamlMappingNode(list.OfType<YamlMappingNode>().SelectMany(node => node.Children).DistinctBy(key => Text(key.Key))), ofNode)
        );
        return new Inventory(Text(Value(root, ["clusterName"])) is { } name && DefinitionRules.IsName(name) ? name : null, nodes, leftOut);
    }

    private static InventoryNode Read(YamlNode node, int index, string file, List<string> leftOut)
    {
        if (node is not YamlMappingNode keys || Text(Value(keys, Names)) is not { Length: > 0 } written)
        {
            throw new DefinitionException(file, [new(node.Start.Line, node.Start.Column, $"node {index + 1} has neither 'hostname' nor 'name'")]);
        }

        var name = NotInName().Replace(written.Split('.')[0].ToLowerInvariant(), "-").Trim('-');
        name = name.Length > 30 ? name[..30].Trim('-') : name;
        if (name != written)
        {
            leftOut.Add($"the name {written}: a node's has lower-case letters, digits and hyphens, so it is {name}");
        }

        var address =
            IPAddress.TryParse(Text(Value(keys, Addresses))?.Split(',', '/')[0], out var parsed) && parsed.GetAddressBytes().Length == 4 ? parsed : null;
        if (address is null)
        {
            leftOut.Add($"the address of {name}: there is no IPv4 address, so Lab has given it a free one");
        }

        var mac = MacAddress.TryParse(Mac(keys) ?? "", out var found) ? found : (MacAddress?)null;
        if (mac is null)
        {
            leftOut.Add($"the MAC of {name}: there is none, so Lab has made one up for the virtual machine");
        }

        return new InventoryNode(name, address, mac, Text(Value(keys, Controllers)) is "true");
    }

    /// <summary>The node's own, or that of its first interface which says one.</summary>
    private static string? Mac(YamlMappingNode node) =>
        Text(Value(node, Macs))
        ?? (Value(node, Interfaces) as YamlSequenceNode)
            ?.OfType<YamlMappingNode>()
            .Select(each =>
                Text(Value(each, Macs)) ?? (Value(each, ["deviceSelector"]) is YamlMappingNode selector ? Text(Value(selector, ["hardwareAddr"])) : null)
            )
            .FirstOrDefault(mac => mac is not null);

    private static IEnumerable<string> Unread(string where, YamlMappingNode keys, string[] taken)
    {
        var unread = keys.Children.Keys.Select(Text).OfType<string>().Except(taken).ToList();
        return unread.Count == 0 ? [] : [$"{where}{string.Join(", ", unread)}: lab.yaml has no such key"];
    }

    private static YamlNode? Value(YamlMappingNode keys, string[] names) =>
        names.Select(name => keys.Children.TryGetValue(new YamlScalarNode(name), out var value) ? value : null).FirstOrDefault(value => value is not null);

    private static string? Text(YamlNode? node) => (node as YamlScalarNode)?.Value;

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInName();
}
