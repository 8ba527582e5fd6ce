using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lab.Model.Definition;

namespace Lab.Model.Input;

/// <summary>
/// Adds to what a lab file holds the addresses that follow from it: all of them from <c>network.subnet</c>, and those of nodes that have
/// none of their own. What the file says stays.
/// </summary>
internal static class DerivedAddresses
{
    private const string Subnet = "network.subnet",
        PrivateSubnet = "network.privateSubnet",
        Server = "server.address",
        Bastion = "bastion.address";

    private static readonly LabDefinition Usual = new();

    /// <summary>Adds them.</summary>
    /// <param name="lab">The keys of the file, whose values have the right types.</param>
    /// <param name="binder">Is told what contradicts itself.</param>
    public static void Complete(JsonObject lab, YamlBinder binder)
    {
        IsAlias<IPAddress>(lab, binder, Server, Bastion);
        IsAlias<IPNetwork?>(lab, binder, Subnet, PrivateSubnet);
        if (binder.Problems.Count > 0)
        {
            return;
        }

        if (Value<IPNetwork?>(lab, Subnet) is { } subnet)
        {
            try
            {
                Add(lab, SubnetPlan.For(subnet, [.. Nodes(lab).Select(AddressOf).Append(Value<IPAddress>(lab, Bastion)).OfType<IPAddress>()]));
            }
            catch (LabException e)
            {
                Note(binder, Subnet, e.Message.TrimEnd('.'));
                return;
            }
        }

        AddToNodes(lab, binder);
    }

    /// <summary>Two words for one value: the file says either, or the same with both.</summary>
    private static void IsAlias<T>(JsonObject lab, YamlBinder binder, string word, string value)
    {
        if (Value<T>(lab, word) is not { } said)
        {
            return;
        }

        if (Value<T>(lab, value) is { } other && !other.Equals(said))
        {
            Note(binder, word, $"{said} here and {other} in {value}, which is another word for the same; leave one of the two out");
        }
        else
        {
            Set(lab, value, said);
            binder.Places.TryAdd(value, binder.Places[word]);
        }
    }

    private static void Add(JsonObject lab, SubnetPlan plan)
    {
        Set(lab, "network.vpc", plan.Vpc);
        Set(lab, "network.publicSubnet", plan.PublicSubnet);
        Set(lab, Bastion, plan.Bastion);
        Set(lab, "dhcp.first", plan.DhcpFirst);
        Set(lab, "dhcp.last", plan.DhcpLast);
        if (lab["nodes"] is null)
        {
            lab["nodes"] = new JsonArray(JsonSerializer.SerializeToNode(NodeDefinition.First with { Address = plan.FirstNode }, DefinitionJson.Options));
        }
    }

    private static void AddToNodes(JsonObject lab, YamlBinder binder)
    {
        var subnet = Value<IPNetwork?>(lab, PrivateSubnet) ?? Usual.Network.PrivateSubnet;
        var dhcp = new DhcpDefinition
        {
            First = Value<IPAddress>(lab, "dhcp.first") ?? Usual.Dhcp.First,
            Last = Value<IPAddress>(lab, "dhcp.last") ?? Usual.Dhcp.Last,
        };
        var taken = Nodes(lab).Select(AddressOf).OfType<IPAddress>().Append(Value<IPAddress>(lab, Bastion) ?? Usual.Bastion.Address).ToList();
        var from = SubnetPlan.FirstNodeOf(subnet);
        foreach (var (index, node) in Nodes(lab).Index().Where(node => AddressOf(node.Item) is null))
        {
            if (SubnetPlan.FreeAddress(subnet, dhcp, taken, from) is not { } free)
            {
                Note(binder, $"nodes[{index}]", $"the private subnet {subnet} has no free address for this node; give it one, or the lab a larger subnet");
                return;
            }

            Set(node, "address", free);
            from = free.Plus(1);
        }
    }

    private static IEnumerable<JsonObject> Nodes(JsonObject lab) => (lab["nodes"] as JsonArray)?.OfType<JsonObject>() ?? [];

    private static IPAddress? AddressOf(JsonObject node) => Value<IPAddress>(node, "address");

    private static T? Value<T>(JsonObject keys, string path)
    {
        var value = path.Split('.').Aggregate((JsonNode?)keys, (node, key) => (node as JsonObject)?[key]);
        return value is null ? default : value.Deserialize<T>(DefinitionJson.Options);
    }

    /// <summary>Adds a value where the file has none.</summary>
    private static void Set<T>(JsonObject keys, string path, T value)
    {
        foreach (var key in path.Split('.').SkipLast(1))
        {
            if (keys[key] is not JsonObject part)
            {
                keys[key] = part = [];
            }

            keys = part;
        }

        var name = path.Split('.')[^1];
        keys[name] ??= JsonSerializer.SerializeToNode(value, DefinitionJson.Options);
    }

    private static void Note(YamlBinder binder, string path, string message)
    {
        var place = binder.Places[path];
        binder.Problems.Add(new DefinitionProblem(place.Line, place.Column, message));
    }
}
