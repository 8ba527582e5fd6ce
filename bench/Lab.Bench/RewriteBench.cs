namespace Lab.Bench;

/// <summary>A group file is rewritten in place without pause while its machine asks for its script.</summary>
internal static class RewriteBench
{
    private const int Requests = 100_000;

    public static async Task RunAsync(Scratch scratch)
    {
        var data = scratch.Machines(100);
        await File.WriteAllTextAsync(Path.Combine(data, "groups/default.json"), """{"id":"default","profile":"other"}""");
        await File.WriteAllTextAsync(Path.Combine(data, "profiles/other.json"), """{"id":"other","boot":{"kernel":"wrong"}}""");
        using var server = await Server.BootAsync(data, scratch.Folder("empty"));
        using var stop = new CancellationTokenSource();
        var rewrites = 0;
        var writing = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                File.WriteAllText(Path.Combine(data, "groups/m7.json"), Scratch.Group(7) + new string(' ', rewrites++ % 5));
            }
        });
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}") };
        var wrong = 0;
        await Parallel.ForAsync(
            0,
            Requests,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (_, cancellationToken) =>
            {
                using var answer = await client.GetAsync($"/ipxe?mac={Scratch.Mac(7)}", cancellationToken);
                if (!(await answer.Content.ReadAsStringAsync(cancellationToken)).StartsWith("#!ipxe\nkernel /assets/kernel", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        );
        await stop.CancelAsync();
        await writing;
        Console.WriteLine("\n| requests | rewrites meanwhile | wrong answers |\n|---|---|---|");
        Console.WriteLine($"| {Requests} | {rewrites} | {wrong} |");
    }
}
