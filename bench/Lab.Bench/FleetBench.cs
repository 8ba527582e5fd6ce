using System.Diagnostics;

namespace Lab.Bench;

/// <summary>Five hundred machines that boot at once: script, profile's script, kernel, initrd, config.</summary>
internal static class FleetBench
{
    private const int Machines = 500;

    public static async Task RunAsync(Scratch scratch)
    {
        var assets = scratch.Folder("fleet-assets");
        Scratch.Fill(Path.Combine(assets, "kernel"), 4 * 1024 * 1024);
        Scratch.Fill(Path.Combine(assets, "initrd"), 8 * 1024 * 1024);
        using var server = await Server.BootAsync(scratch.Machines(Machines), assets);
        var started = Stopwatch.GetTimestamp();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Machines).Select(machine => Task.Run(() => BootAsync(server, machine))));
        var elapsed = Stopwatch.GetElapsedTime(started);
        var times = outcomes.Where(time => time is not null).Select(time => time!.Value.TotalSeconds).Order().ToList();
        Console.WriteLine("\n| machines at once | failed | all done (s) | median machine (s) | MB/s | peak memory (MB) |\n|---|---|---|---|---|---|");
        Console.WriteLine(
            $"| {Machines} | {outcomes.Count(time => time is null)} | {elapsed.TotalSeconds:0.0} | {times[times.Count / 2]:0.0} "
                + $"| {times.Count * 12.58 / elapsed.TotalSeconds:0} | {server.PeakMegabytes} |"
        );
    }

    /// <summary>Null when something was not as it should be.</summary>
    private static async Task<TimeSpan?> BootAsync(Server server, int machine)
    {
        var started = Stopwatch.GetTimestamp();
        var mac = Scratch.Mac(machine).Replace(':', '-');
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}"), Timeout = TimeSpan.FromMinutes(2) };
        try
        {
            var right =
                (await client.GetByteArrayAsync("/boot.ipxe")).Length == 132
                && (await client.GetStringAsync($"/ipxe?mac={mac}")).StartsWith("#!ipxe\nkernel /assets/kernel", StringComparison.Ordinal)
                && await DrainAsync(client, "/assets/kernel") == 4 * 1024 * 1024
                && await DrainAsync(client, "/assets/initrd") == 8 * 1024 * 1024
                && await client.GetStringAsync($"/generic?mac={mac}") == $"name: m{machine}\nmac: {Scratch.Mac(machine)}\n";
            return right ? Stopwatch.GetElapsedTime(started) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<long> DrainAsync(HttpClient client, string path)
    {
        await using var body = await client.GetStreamAsync(path);
        var buffer = new byte[64 * 1024];
        var total = 0L;
        int count;
        while ((count = await body.ReadAsync(buffer)) > 0)
        {
            total += count;
        }

        return total;
    }
}
