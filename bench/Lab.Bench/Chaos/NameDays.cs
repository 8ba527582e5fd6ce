namespace Lab.Bench.Chaos;

/// <summary>Names of a lab at the bounds of what is allowed: 30 letters.</summary>
internal static class NameDays
{
    public static IReadOnlyList<BadDay> All { get; } =
    [
        new("lab name of 1 character", (lab, _) => NamedAsync(lab, 1)),
        new("lab name of 30 characters", (lab, _) => NamedAsync(lab, 30)),
        new("lab name of 63 characters", (lab, _) => RefusedAsync(lab, 63)),
        new("lab name of 64 characters", (lab, _) => RefusedAsync(lab, 64)),
    ];

    private static async Task NamedAsync(ChaosLab lab, int length)
    {
        lab.Name = new string('n', length);
        await lab.WorksAsync();
    }

    private static async Task RefusedAsync(ChaosLab lab, int length)
    {
        lab.Arguments.AddRange(["--name", new string('n', length)]);
        var run = lab.Start();
        await run.EndedAsync();
        if (run.ExitCode != 1 || !run.Transcript.Contains("cannot be a lab's name", StringComparison.Ordinal))
        {
            throw new NotSurvivedException($"exit code {run.ExitCode}, and does not say that the name is wrong:\n{run.Transcript}");
        }
    }
}
