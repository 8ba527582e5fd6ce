using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Services;

/// <summary>The firmware that Raspberry Pis fetch over TFTP: a folder of the user's.</summary>
public sealed record RaspberryPiFirmware
{
    private const string Setting = "network.home.raspberryPi";

    private RaspberryPiFirmware(string folder) => Folder = folder;

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>That of a lab; null for a lab that names none.</summary>
    /// <exception cref="LabException">There is none, or it lacks a file that a Pi asks for.</exception>
    public static RaspberryPiFirmware? Of(LabDefinition lab)
    {
        if (lab.Network.Home.RaspberryPi is not { } folder)
        {
            return null;
        }

        var missing = RaspberryPi.Firmware.Where(file => !File.Exists(Path.Combine(folder, file))).ToList();
        return missing.Count == 0
            ? new RaspberryPiFirmware(folder)
            : throw new LabException(
                $"{Setting}: {folder} has no {string.Join(", no ", missing)}. Unpack a release of https://github.com/pftf/RPi4/releases there."
            );
    }

    /// <summary>Copies it to a folder; what is there already stays.</summary>
    /// <param name="to">The folder that TFTP serves.</param>
    public void Copy(string to)
    {
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(Folder, file));
            if (!File.Exists(copy))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
    }
}
