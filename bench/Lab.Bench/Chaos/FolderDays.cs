namespace Lab.Bench.Chaos;

/// <summary>Home and the folders that XDG's variables name are not as usual.</summary>
internal static class FolderDays
{
    private const string Odd = "mit Leerzeichen, & Ümläut's \"x\" $y #z";

    public static IReadOnlyList<BadDay> All { get; } =
    [
        new(
            "read-only home",
            async (lab, _) =>
            {
                var home = lab.Environment["HOME"] = await lab.DiskAsync("home", "ro");
                lab.Environment["XDG_STATE_HOME"] = lab.Environment["XDG_CACHE_HOME"] = null;
                lab.State = Path.Combine(home!, ".local/state/lab");
                await lab.WorksOrSaysWhyAsync();
            }
        ),
        new(
            "read-only home, XDG elsewhere",
            async (lab, _) =>
            {
                lab.Environment["HOME"] = await lab.DiskAsync("home", "ro");
                lab.Environment["XDG_CACHE_HOME"] = lab.CacheIn(lab.NewFolder("cache"));
                await lab.WorksAsync();
            }
        ),
        new(
            "XDG paths relative",
            async (lab, _) =>
            {
                var home = lab.Environment["HOME"] = lab.NewFolder("home");
                lab.CacheIn(Path.Combine(home!, ".cache"));
                lab.Environment["XDG_STATE_HOME"] = "state";
                lab.Environment["XDG_CACHE_HOME"] = "cache";
                lab.State = Path.Combine(home!, ".local/state/lab");
                await lab.WorksAsync();
            }
        ),
        new(
            "XDG paths with spaces and umlauts",
            async (lab, random) =>
            {
                lab.Environment["XDG_STATE_HOME"] = lab.NewFolder($"S {Odd}");
                lab.Environment["XDG_CACHE_HOME"] = lab.CacheIn(lab.NewFolder($"C {Odd}"));
                if (random.Next(2) == 0)
                {
                    lab.Arguments.AddRange(["--vpc"]);
                }

                await lab.WorksAsync();
            }
        ),
        new(
            "XDG state path of 90 bytes",
            async (lab, _) =>
            {
                lab.Environment["XDG_STATE_HOME"] = lab.NewFolder(new string('x', 90));
                await lab.WorksOrSaysWhyAsync();
            }
        ),
        new(
            "TMPDIR unset",
            async (lab, _) =>
            {
                lab.Environment["TMPDIR"] = null;
                await lab.WorksAsync();
            }
        ),
        new(
            "TMPDIR with a space",
            async (lab, _) =>
            {
                lab.Environment["TMPDIR"] = lab.NewFolder(Odd);
                await lab.WorksAsync();
            }
        ),
        new(
            "TMPDIR that is not there",
            async (lab, _) =>
            {
                lab.Environment["TMPDIR"] = Path.Combine(lab.Scratch, "nothing");
                await lab.WorksOrSaysWhyAsync();
            }
        ),
    ];
}
