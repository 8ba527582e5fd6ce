using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;
using Lab.Emulation.Services;
using Lab.Model.Definition;
using Lab.Model.Services;
using Lab.Runtime;

namespace Lab.Bench;

/// <summary>A cache as nodes reach it beside its registry process asked directly, in turns, for what it holds.</summary>
internal static class CacheBench
{
    private const int Rounds = 5;
    private const int LayerSize = 100 * 1024 * 1024;

    public static async Task RunAsync(Scratch scratch, int seconds)
    {
        await using var registry = await ImageRegistry.StartAsync(LayerSize);
        var tools = await new HostInstaller(LabFolders.OfUser, Console.Error.WriteLine).ProvideAsync(install: true, tryAgain: false, CancellationToken.None);
        var mirror = new MirrorDefinition
        {
            Registry = "bench.example",
            Upstream = registry.Url,
            Port = new(5050),
        };
        var lab = new LabDefinition { Name = "bench-caches", Mirrors = [mirror] };
        await using var cache = await PullCache.StartAsync(
            lab,
            mirror,
            new LabFolder(lab.Name, scratch.Folder(lab.Name)),
            tools,
            HelperProgram.SocketBroker,
            CancellationToken.None
        );
        string manifest = $"/v2/{ImageRegistry.Repository}/manifests/{registry.Manifest}",
            layer = $"/v2/{ImageRegistry.Repository}/blobs/{registry.Layer}";
        await PullAsync(cache, manifest, layer);
        await cache.KeepAsync(ImageRegistry.Repository, [registry.Layer], CancellationToken.None);

        Console.WriteLine("\n| of what the cache holds | clients | cache | registry process alone | relative to it | worst round |\n|---|---|---|---|---|---|");
        await CompareAsync("manifest (requests/s)", manifest, 8, measured => measured.Requests);
        await CompareAsync("blob of 100 MiB (MB/s)", layer, 1, measured => measured.Megabytes);
        await CompareAsync("blob of 100 MiB (MB/s)", layer, 8, measured => measured.Megabytes);

        async Task CompareAsync(string what, string target, int clients, Func<(double Requests, double Megabytes), double> figure)
        {
            var endpoints = CacheEndpoints.Of(lab, mirror);
            var (front, process) = (new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                front.Add(figure(await MeasureAsync($"http://{endpoints.Front}{target}")));
                process.Add(figure(await MeasureAsync($"http://{endpoints.Process}{target}")));
            }

            var worst = front.Zip(process, (ours, theirs) => ours / theirs).Min();
            Console.WriteLine(
                FormattableString.Invariant(
                    $"| {what} | {clients} | {Figures.Median(front):0} | {Figures.Median(process):0} | {Figures.Median(front) / Figures.Median(process):0.00} x | {worst:0.00} x |"
                )
            );

            Task<(double Requests, double Megabytes)> MeasureAsync(string url) =>
                Wrk.RunAsync(program => cache.Fabric.Wrap(LabHost.Bastion, program, []), url, clients, seconds, $"-H \"Accept: {ImageRegistry.ManifestType}\"");
        }
    }

    private static async Task PullAsync(PullCache cache, params string[] targets)
    {
        foreach (var target in targets)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(cache.Address, target))
            {
                Headers = { { "Accept", ImageRegistry.ManifestType } },
            };
            using var response = await cache.Client.SendAsync(request);
            await response.EnsureSuccessStatusCode().Content.CopyToAsync(Stream.Null);
        }
    }
}
