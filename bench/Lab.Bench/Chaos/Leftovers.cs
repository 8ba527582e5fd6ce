using Lab.Emulation.Linux;

namespace Lab.Bench.Chaos;

/// <summary>Looks for what a lab has left on this machine.</summary>
internal static class Leftovers
{
    /// <summary>A phrase for each thing that is left.</summary>
    public static IReadOnlyList<string> Of(ChaosLab lab)
    {
        var folder = lab.Folder;
        var found = ProcessMark.Find(folder).Select(process => $"process {process.Pid} {CommandLine(process.Pid)}").ToList();
        if (Directory.Exists(folder.Run))
        {
            found.Add("the run folder");
        }

        if (File.Exists(folder.Journal))
        {
            found.Add("the journal");
        }

        found.AddRange(
            Directory.Exists("/run/netns")
                ? Directory.GetFiles("/run/netns").Select(path => Path.GetFileName(path)).Where(folder.OwnsNamespace).Select(name => $"namespace {name}")
                : []
        );
        found.AddRange(Mounts().Where(mount => mount.StartsWith(folder.Root + "/", StringComparison.Ordinal)).Select(mount => $"mount {mount}"));
        return found;
    }

    private static IEnumerable<string> Mounts() => File.ReadAllLines("/proc/self/mounts").Select(line => line.Split(' ')[1]);

    private static string CommandLine(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' ');
            return text[..Math.Min(text.Length, 80)];
        }
        catch (IOException)
        {
            return "";
        }
    }
}
