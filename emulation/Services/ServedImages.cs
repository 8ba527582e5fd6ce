namespace Lab.Emulation.Services;

/// <summary>What the boot server gives to nodes.</summary>
/// <param name="Images">The images of the nodes.</param>
public sealed record ServedImages(LabImages Images)
{
    /// <summary>Firmware that Raspberry Pis fetch; null for none.</summary>
    public RaspberryPiFirmware? RaspberryPi { get; init; }

    /// <summary>The user's machine configurations, by node.</summary>
    public IReadOnlyDictionary<string, string> MachineConfigs { get; init; } = new Dictionary<string, string>();
}
