using Lab.Model.Definition;

namespace Lab.Model.Rendering;

/// <summary>The tags by which everything of a lab is found on AWS. There is no other record of it.</summary>
public static class Tags
{
    /// <summary>Holds the lab's name.</summary>
    public const string Lab = "lab:name";

    /// <summary>Holds what the thing is in the lab: <c>subnet/private</c>.</summary>
    public const string Id = "lab:id";

    /// <summary>Holds the name of a node that the definition has.</summary>
    public const string NodeName = "lab:node";

    /// <summary>
    /// Holds a digest of the user data that such a node was launched with. User data itself may hold secrets of anybody's instances, so
    /// that who deploys a lab may not read it.
    /// </summary>
    public const string NodeBoot = "lab:boot";

    /// <summary>What EC2's console shows as a thing's name.</summary>
    public const string ConsoleName = "Name";

    /// <summary>The <see cref="Id"/> of the interface that holds the bastion's static address.</summary>
    public const string BastionInterface = "interface/bastion";

    /// <summary>The <see cref="Id"/> of a launched node.</summary>
    public const string Node = "node";

    /// <summary>
    /// The tag that names the lab's routes in a route table which is not the lab's; its value is their destinations, with spaces between.
    /// Routes have no tags of their own.
    /// </summary>
    public static string Routes(LabDefinition lab) => $"lab:routes:{lab.Name}";

    /// <summary>The name of the inline policy that lets the bastion take its address, and of the role and the profile where the bastion has none of its own.</summary>
    public static string BastionPolicy(LabDefinition lab) => $"lab-{lab.Name}-bastion";
}
