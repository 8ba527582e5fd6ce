using Lab.Emulation.Network;

namespace Lab.Bench.Chaos;

/// <summary>Somebody deletes what is the lab's while it runs.</summary>
internal static class DeletionDays
{
    public static IReadOnlyList<BadDay> All { get; } =
    [
        new(
            "namespace deleted by hand",
            async (lab, random) =>
            {
                var run = await lab.StartAndWaitAsync();
                var all = Directory
                    .GetFiles("/run/netns")
                    .Select(path => Path.GetFileName(path))
                    .Where(lab.Folder.OwnsNamespace)
                    .Order(StringComparer.Ordinal)
                    .ToList();
                await HostCommand.RunAsync("ip", "netns", "delete", all[random.Next(all.Count)]);
                await Task.Delay(random.Next(5000));
                run.RequireClear();
            }
        ),
        new(
            "state folder deleted while running",
            async (lab, random) =>
            {
                var run = lab.Start();
                var events = 4 + random.Next(50);
                await run.UntilAsync(() => run.Works || run.Events.Count >= events, $"{events} events");
                await DeleteAsync(random.Next(2) == 0 ? lab.Folder.Root : lab.State);
                await Task.Delay(random.Next(3000));
                run.RequireClear();
            }
        ),
        new(
            "every usual port taken",
            async (lab, random) =>
            {
                lab.Arguments.RemoveAll(argument => argument is "--port" or "0");
                if (random.Next(2) == 0)
                {
                    lab.Arguments.AddRange(["--vpc"]);
                }

                foreach (var port in new[] { 15080, 4566, 5000, 8080, 53, 67, 69, 5050, 5051, 5052, 5053, 5054 })
                {
                    lab.Hold(LoopbackListener.Open(port));
                }

                await lab.WorksAsync();
            }
        ),
    ];

    /// <summary>
    /// Deletes a folder into which the lab writes at the same time, so that a file may appear between the
    /// look at the folder and its end: a person sees "Directory not empty" and says it again.
    /// </summary>
    private static async Task DeleteAsync(string folder)
    {
        for (var attempt = 1; Directory.Exists(folder); attempt++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (IOException) when (attempt < 50)
            {
                await Task.Delay(20);
            }
        }
    }
}
