using System.Globalization;

namespace Lab.Bench.Chaos;

/// <summary>A control group with little memory: in version 1 a child of this program's own, in version 2 one beside it, where root lets groups limit memory.</summary>
internal sealed class MemoryGroup : IDisposable
{
    private const string Root = "/sys/fs/cgroup";
    private readonly string _folder;

    private MemoryGroup(string folder) => _folder = folder;

    /// <summary>Who is written to it is in the group.</summary>
    public string Processes => Path.Combine(_folder, "cgroup.procs");

    public static string? NotDoneBecause()
    {
        if (Parent() is not { } parent)
        {
            return "there is no control group for memory here";
        }

        try
        {
            Directory.Delete(Directory.CreateDirectory(Path.Combine(parent, $"chaos-{Environment.ProcessId}")).FullName);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "control groups cannot be made here";
        }
    }

    public static MemoryGroup Create(int bytes)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Parent()!, $"chaos-{Environment.ProcessId}")).FullName;
        var isFirst = File.Exists(Path.Combine(folder, "memory.limit_in_bytes"));
        File.WriteAllText(Path.Combine(folder, isFirst ? "memory.limit_in_bytes" : "memory.max"), bytes.ToString(CultureInfo.InvariantCulture));
        return new MemoryGroup(folder);
    }

    public void Dispose() => Directory.Delete(_folder);

    private static string? Parent()
    {
        var own = File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3)).FirstOrDefault(fields => fields[1] == "memory");
        return own is not null ? $"{Root}/memory{own[2]}"
            : File.Exists($"{Root}/cgroup.subtree_control") && File.ReadAllText($"{Root}/cgroup.subtree_control").Split().Contains("memory") ? Root
            : null;
    }
}
