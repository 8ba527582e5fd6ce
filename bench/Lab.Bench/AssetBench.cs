namespace Lab.Bench;

/// <summary>Large assets beside nginx with sendfile, measured in turns.</summary>
internal static class AssetBench
{
    private const int Rounds = 3;

    public static async Task RunAsync(Scratch scratch, int seconds)
    {
        var assets = scratch.Folder("assets");
        Scratch.Fill(Path.Combine(assets, "large"), 100 * 1024 * 1024);
        using var boot = await Server.BootAsync(scratch.Folder("empty"), assets);
        using var nginx = await Server.NginxAsync(scratch.Folder("nginx"), assets);
        Console.WriteLine("\n| 100 MiB asset, clients | boot server (MB/s) | nginx (MB/s) | relative to nginx | peak memory (MB) |\n|---|---|---|---|---|");
        foreach (var clients in new[] { 1, 8, 64 })
        {
            var ours = new List<double>();
            var theirs = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                ours.Add((await Wrk.RunAsync(boot, "/assets/large", clients, seconds)).Megabytes);
                theirs.Add((await Wrk.RunAsync(nginx, "/assets/large", clients, seconds)).Megabytes);
            }

            var (our, their) = (Figures.Median(ours), Figures.Median(theirs));
            Console.WriteLine($"| {clients} | {our:0} | {their:0} | {our / their:0.00} x | {boot.PeakMegabytes} |");
        }
    }
}
