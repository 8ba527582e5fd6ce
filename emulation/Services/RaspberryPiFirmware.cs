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
        if (missing.Count > 0)
        {
            throw new LabException(
                $"{Setting}: {folder} has no {string.Join(", no ", missing)}. Unpack a release of https://github.com/pftf/RPi4/releases there."
            );
        }

        _ = Files(new DirectoryInfo(folder)).Count();
        return new RaspberryPiFirmware(folder);
    }

    /// <summary>All files of a folder. TFTP gives them to everybody: what a link leads to, such as a file of root's, is not among them.</summary>
    private static IEnumerable<FileInfo> Files(DirectoryInfo folder) =>
        folder
            .EnumerateFileSystemInfos()
            .SelectMany(entry =>
                entry.LinkTarget is not null
                    ? throw new LabException(
                        $"{Setting}: {entry.FullName} is a symbolic link, and everybody on the network could read what it leads to. Remove it."
                    )
                : entry is DirectoryInfo inner ? Files(inner)
                : [(FileInfo)entry]
            );

    /// <summary>Copies it to a folder; what is there already stays.</summary>
    /// <param name="to">The folder that TFTP serves.</param>
    public void Copy(string to)
    {
        foreach (var file in Files(new DirectoryInfo(Folder)))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(Folder, file.FullName));
            if (!File.Exists(copy))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                file.CopyTo(copy);
            }
        }
    }
}
