namespace LabCli.Commands;

/// <summary>Environment variables that programs of a user get from Lab.</summary>
internal static class LabVariables
{
    /// <summary>The name of the lab.</summary>
    public const string Name = "LAB_NAME";
}
