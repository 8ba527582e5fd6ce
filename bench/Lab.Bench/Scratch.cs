namespace Lab.Bench;

/// <summary>A directory for the benchmarks' files, removed at the end.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("lab-bench-").FullName;

    /// <summary>An empty directory of that name.</summary>
    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(_root, name)).FullName;

    /// <summary>A data directory with so many machines, each with a group of its own.</summary>
    public string Machines(int count)
    {
        var data = Folder($"machines-{count}");
        Write(
            data,
            "profiles/p.json",
            """{"id":"p","boot":{"kernel":"/assets/kernel","initrd":["/assets/initrd"],"args":["console=ttyS0","ip=dhcp"]},"generic_id":"config"}"""
        );
        Write(data, "generic/config", "name: {{.name}}\nmac: {{.mac}}\n");
        for (var machine = 0; machine < count; machine++)
        {
            Write(data, $"groups/m{machine}.json", Group(machine));
        }

        return data;
    }

    public static string Group(int machine) =>
        $$"""{"id":"m{{machine}}","profile":"p","selector":{"mac":"{{Mac(machine)}}"},"metadata":{"name":"m{{machine}}"} }""";

    public static string Mac(int machine) => $"52:54:00:{machine >> 16:x2}:{(machine >> 8) & 255:x2}:{machine & 255:x2}";

    public static void Fill(string path, int size)
    {
        var bytes = new byte[size];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes(path, bytes);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static void Write(string directory, string path, string content)
    {
        var full = Path.Combine(directory, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }
}
