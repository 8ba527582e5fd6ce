namespace Lab.Bench;

/// <summary>
/// Boot scripts: the cost of one must not depend on how many machines there are. Beside matchbox where it is on PATH, in turns within
/// this run; without it there is nothing to compare with.
/// </summary>
internal static class ScriptBench
{
    private const string Peer = "matchbox";
    private const int Clients = 16;
    private const int WarmUp = 2;

    public static async Task RunAsync(Scratch scratch, int seconds)
    {
        var hasPeer = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, Peer)));
        Console.WriteLine(hasPeer ? $"Beside {Peer}, in turns." : $"{Peer} is not on PATH: there is nothing to compare with.");
        Console.WriteLine(
            $"\n| request | groups | requests/s |{(hasPeer ? $" relative to {Peer} |" : "")} peak memory (MB) |\n|---|---|---|{(hasPeer ? "---|" : "")}---|"
        );
        foreach (var groups in new[] { 1, 10, 100, 1_000, 10_000 })
        {
            var data = scratch.Machines(groups);
            var script = $"/ipxe?mac={Scratch.Mac(groups / 2)}";
            foreach (var target in groups == 1 ? new[] { script, "/boot.ipxe" } : [script])
            {
                double? peer = null;
                if (hasPeer)
                {
                    using var other = await Server.MatchboxAsync(data, scratch.Folder("empty"));
                    peer = await MeasureAsync(other, target, seconds);
                }

                using var server = await Server.BootAsync(data, scratch.Folder("empty"));
                var requests = await MeasureAsync(server, target, seconds);
                var ratio = peer is { } original ? $" {requests / original:0.0} x |" : "";
                Console.WriteLine($"| {target.Split('?')[0]} | {groups} | {requests:0} |{ratio} {server.PeakMegabytes} |");
            }
        }
    }

    private static async Task<double> MeasureAsync(Server server, string target, int seconds)
    {
        await Wrk.RunAsync(server, target, Clients, WarmUp);
        return (await Wrk.RunAsync(server, target, Clients, seconds)).Requests;
    }
}
