using Lab.Model.Resources;

namespace Lab.Dashboard;

/// <summary>A page of the lab's own dashboard that tells more of a resource than another dashboard can, which links to it.</summary>
/// <param name="Name">Name of the link.</param>
/// <param name="Path">Path of the page: <c>/boot/cp1</c>.</param>
public sealed record ResourcePage(string Name, string Path)
{
    /// <summary>The pages of a resource.</summary>
    public static IReadOnlyList<ResourcePage> Of(LabResource definition) =>
        definition.Kind switch
        {
            ResourceKind.Network => [new("Lab", "/"), new("Picture", "/lab"), new("Boots", "/boot")],
            ResourceKind.Emulator => [new("In the emulator", "/aws")],
            ResourceKind.Node => [new("Boot", $"/boot/{definition.Name}"), new("Console", $"/console/{definition.Name}")],
            _ => [],
        };
}
