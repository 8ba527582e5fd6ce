using System.Globalization;

namespace Lab.Tests.Cluster;

/// <summary>A node of <see cref="TestTalosctl"/>: a file.</summary>
internal sealed record TestNode
{
    public required string Address { get; init; }

    /// <summary>The certificate of the authority of its configuration; null in maintenance mode.</summary>
    public string? Authority { get; init; }

    public bool IsControlPlane { get; init; }

    public bool HasNoPlugin { get; init; }

    public string? Disk { get; init; }

    public DateTimeOffset? Configured { get; init; }

    public bool HasEtcd { get; init; }

    public static TestNode Load(string state, string address) =>
        File.Exists(FileOf(state, address)) ? Read(FileOf(state, address)) : new() { Address = address };

    public static IEnumerable<TestNode> All(string state) => Directory.GetFiles(state, "*.node").Select(Read);

    public void Save(string state)
    {
        var fresh = $"{FileOf(state, Address)}.{Environment.ProcessId}";
        File.WriteAllLines(
            fresh,
            [
                Address,
                Authority ?? "",
                IsControlPlane.ToString(),
                HasNoPlugin.ToString(),
                Disk ?? "",
                Configured?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? "",
                HasEtcd.ToString(),
            ]
        );
        File.Move(fresh, FileOf(state, Address), overwrite: true);
    }

    /// <summary>By lines: a serializer is compiled anew in each of some thousand calls.</summary>
    private static TestNode Read(string file)
    {
        var lines = File.ReadAllLines(file);
        return new TestNode
        {
            Address = lines[0],
            Authority = lines[1] is "" ? null : lines[1],
            IsControlPlane = bool.Parse(lines[2]),
            HasNoPlugin = bool.Parse(lines[3]),
            Disk = lines[4] is "" ? null : lines[4],
            Configured = lines[5] is "" ? null : DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(lines[5], CultureInfo.InvariantCulture)),
            HasEtcd = bool.Parse(lines[6]),
        };
    }

    private static string FileOf(string state, string address) => Path.Combine(state, string.Create(CultureInfo.InvariantCulture, $"{address}.node"));
}
