namespace Lab.Bench.Chaos;

/// <summary>The program is started in a surrounding that few have. The lab works all the same.</summary>
internal static class EnvironmentDays
{
    public static IReadOnlyList<BadDay> All { get; } =
    [
        Wrapped(
            "IPv6 off",
            "unshare",
            "--net",
            "sh",
            "-c",
            "ip link set lo up; for c in all default; do echo 1 > /proc/sys/net/ipv6/conf/$c/disable_ipv6; done; exec \"$@\"",
            "sh"
        ),
        Wrapped("no controlling terminal", "setsid", "--wait", "sh", "-c", "exec \"$@\" < /dev/null", "sh"),
        Wrapped("standard input closed", "sh", "-c", "exec \"$@\" <&-", "sh"),
        Wrapped("standard error closed", "sh", "-c", "exec \"$@\" 2>&-", "sh"),
        Wrapped("umask 077", "sh", "-c", "umask 077; exec \"$@\"", "sh"),
        Wrapped("umask 000", "sh", "-c", "umask 000; exec \"$@\"", "sh"),
        new("LANG=C", (lab, _) => LanguageAsync(lab, "C")),
        new("LANG=tr_TR.UTF-8", (lab, _) => LanguageAsync(lab, "tr_TR.UTF-8")),
        new(
            "standard output goes away",
            async (lab, random) =>
            {
                lab.Prefix.AddRange(["sh", "-c", $"\"$@\" | head -n {1 + random.Next(20)}", "sh"]);
                var run = lab.Start();
                await run.UntilAsync(() => false, "the program ends or goes on", 20).ContinueWith(_ => { }, TaskScheduler.Default);
                run.RequireClear();
            }
        ),
    ];

    private static BadDay Wrapped(string name, params string[] prefix) =>
        new(
            name,
            async (lab, random) =>
            {
                lab.Prefix.AddRange(prefix);
                if (random.Next(2) == 0)
                {
                    lab.Arguments.AddRange(["--vpc"]);
                }

                await lab.WorksAsync();
            }
        );

    private static async Task LanguageAsync(ChaosLab lab, string language)
    {
        lab.Environment["LC_ALL"] = lab.Environment["LANG"] = language;
        await lab.WorksAsync();
    }
}
