using Lab.Emulation.Network.Vpc;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Emulation.Aws;

/// <summary>
/// What a lab's instances are called. One that was launched as a node of the definition has that node's name for as long as it lives: the
/// first of several, and only where the name is one of the definition's, whatever a tag says. Any other has its id.
/// </summary>
/// <param name="nodes">The definition's nodes.</param>
public sealed class InstanceNames(IReadOnlyList<NodeDefinition> nodes)
{
    private Dictionary<string, string> _names = [];

    /// <summary>A state with the names of its instances.</summary>
    public VpcState Follow(VpcState vpc)
    {
        var names = new Dictionary<string, string>();
        var taken = new HashSet<string>();
        foreach (
            var instance in vpc
                .Instances.OrderBy(HasEnded)
                .ThenBy(instance => !_names.ContainsKey(instance.Id))
                .ThenBy(instance => instance.Launched)
                .ThenBy(instance => instance.Id, StringComparer.Ordinal)
        )
        {
            var name = _names.GetValueOrDefault(instance.Id) ?? Wanted(instance);
            names[instance.Id] = taken.Add(name) ? name : instance.Id;
        }

        _names = names;
        return vpc with { Names = names };
    }

    private static bool HasEnded(VpcInstance instance) => instance.State is "shutting-down" or "terminated";

    private string Wanted(VpcInstance instance) =>
        !HasEnded(instance)
        && InstanceMachines.IsNode(instance)
        && instance.Tags.GetValueOrDefault(Tags.NodeName) is { } name
        && nodes.Any(node => node.Name == name)
            ? name
            : instance.Id;
}
