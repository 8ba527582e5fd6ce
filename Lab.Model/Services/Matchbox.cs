using Lab.Model.Definition;

namespace Lab.Model.Services;

/// <summary>The HTTP boot server: matchbox's contract, matchbox's data directory.</summary>
public static class Matchbox
{
    /// <summary>The service's name in output, logs and commands.</summary>
    public const string Name = "boot-server";

    /// <summary>Where nodes reach it.</summary>
    public static string Url(LabDefinition lab) => $"http://{lab.Bastion.Address}:{lab.Bastion.BootPort}";
}
