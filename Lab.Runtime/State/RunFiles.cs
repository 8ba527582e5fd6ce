using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Running;

namespace Lab.Runtime.State;

/// <summary>The rendered files of a run: what its services and nodes are given. Secrets in them are hidden, and machine configurations of the user's left out.</summary>
public static class RunFiles
{
    /// <summary>Where in a lab's run folder they are. What else is there is binary, or opens the lab to who has it.</summary>
    private static readonly (string Folder, string Pattern)[] Rendered =
    [
        (".", "*.conf"),
        (".", "*.hosts"),
        (".", "registry-*.yaml"),
        ("tftp", "*.ipxe"),
        ("matchbox/groups", "*.json"),
        ("matchbox/profiles", "*.json"),
        ("matchbox/assets/config", "*.yaml"),
        ("matchbox/assets/config/nodes", "*.yaml"),
    ];

    /// <summary>Keeps those that are in a lab's folder.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public static void Keep(LabFolder lab, KeptLogs kept) =>
        kept.Save(
            Rendered
                .Select(place => (Folder: Path.Combine(lab.Run, place.Folder), place.Pattern))
                .Where(place => Directory.Exists(place.Folder))
                .SelectMany(place => Directory.EnumerateFiles(place.Folder, place.Pattern))
                .Select(file => (Path: Path.GetRelativePath(lab.Run, file), File: file))
                .OrderBy(file => file.Path, StringComparer.Ordinal)
                .SelectMany(file => Lines(file.Path, File.ReadAllText(file.File), File.GetLastWriteTimeUtc(file.File)))
        );

    /// <summary>The kept files, by their paths.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Read(KeptLogs kept) =>
        kept.Read().GroupBy(line => line.Resource).ToDictionary(file => file.Key, file => (IReadOnlyList<string>)[.. file.Select(line => line.Text)]);

    private static IEnumerable<KeptLogLine> Lines(string path, string text, DateTime time) =>
        SecretText.Hide(text).TrimEnd('\n').Split('\n').Select((line, index) => new KeptLogLine(path, index + 1, time, line));
}
