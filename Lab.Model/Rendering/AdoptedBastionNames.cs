namespace Lab.Model.Rendering;

/// <summary>What an existing bastion brings along, which no lab file names.</summary>
/// <param name="Template">The id of its launch template: <c>lt-0123456789abcdef0</c>.</param>
/// <param name="Role">The name of its role, with its path; null for a bastion without one, which then gets the lab's.</param>
public sealed record AdoptedBastionNames(string Template, string? Role)
{
    /// <summary>Words for a human to replace; as they stand they allow nothing.</summary>
    public static AdoptedBastionNames Unknown { get; } = new("TEMPLATE-OF-THE-BASTION", "ROLE-OF-THE-BASTION");
}
