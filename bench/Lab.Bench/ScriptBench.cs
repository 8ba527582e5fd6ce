namespace Lab.Bench;

/// <summary>Boot scripts: the cost of one must not depend on how many machines there are.</summary>
internal static class ScriptBench
{
    /// <summary>The original's requests a second on the same kind of machine and harness.</summary>
    private static readonly Dictionary<int, double> Original = new() { [1] = 19_279, [10] = 6_187, [100] = 654, [1_000] = 47 };

    private const double OriginalInspect = 55_740;

    public static async Task RunAsync(Scratch scratch, int seconds)
    {
        Console.WriteLine("| request | groups | requests/s | relative to the original | peak memory (MB) |\n|---|---|---|---|---|");
        foreach (var groups in new[] { 1, 10, 100, 1_000, 10_000 })
        {
            using var server = await Server.BootAsync(scratch.Machines(groups), scratch.Folder("empty"));
            var target = $"/ipxe?mac={Scratch.Mac(groups / 2)}";
            await Wrk.RunAsync(server, target, clients: 16, seconds: 2);
            var (requests, _) = await Wrk.RunAsync(server, target, clients: 16, seconds);
            var ratio = Original.TryGetValue(groups, out var original) ? $"{requests / original:0.0} x" : "-";
            Console.WriteLine($"| /ipxe | {groups} | {requests:0} | {ratio} | {server.PeakMegabytes} |");
            if (groups == 1)
            {
                (requests, _) = await Wrk.RunAsync(server, "/boot.ipxe", clients: 16, seconds);
                Console.WriteLine($"| /boot.ipxe | {groups} | {requests:0} | {requests / OriginalInspect:0.0} x | {server.PeakMegabytes} |");
            }
        }
    }
}
