namespace Lab.Emulation.Machines;

/// <summary>What a node's machine remembers while it is off.</summary>
/// <param name="Disks">Its disks, the one that it boots from first.</param>
/// <param name="Variables">Its firmware's variables.</param>
/// <param name="Tpm">Its TPM; null where it has none.</param>
public sealed record NodeStorage(IReadOnlyList<NodeDisk> Disks, FirmwareVariables Variables, Tpm? Tpm)
{
    /// <summary>How all of it is now.</summary>
    public IReadOnlyList<StorageState> States => [.. Disks.Select(disk => disk.State), Variables.State, .. Tpm is null ? [] : new[] { Tpm.State }];

    /// <summary>Makes it a new machine's.</summary>
    /// <exception cref="Lab.Model.LabException">The host's file system does not have it.</exception>
    public void MakeBlank()
    {
        MakeDisksBlank();
        MakeFirmwareBlank();
    }

    /// <summary>Empties the firmware's variables and the TPM, as a new board has them, while the machine is off.</summary>
    /// <exception cref="Lab.Model.LabException">The host's file system does not have one.</exception>
    public void MakeFirmwareBlank()
    {
        Variables.MakeBlank();
        Tpm?.MakeBlank();
    }

    /// <summary>Puts blank disks in their places, while the machine is off.</summary>
    /// <exception cref="Lab.Model.LabException">The host's file system does not have one.</exception>
    public void MakeDisksBlank()
    {
        foreach (var disk in Disks)
        {
            disk.MakeBlank();
        }
    }
}
