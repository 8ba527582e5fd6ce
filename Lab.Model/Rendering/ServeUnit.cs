namespace Lab.Model.Rendering;

/// <summary>The unit with which systemd runs <c>lab serve</c> from the start of a machine on (systemd.service(5), systemd.exec(5)).</summary>
public static class ServeUnit
{
    /// <summary>The first line of every unit that Lab has written: what begins otherwise is somebody else's.</summary>
    public const string Mark = "# Written by lab serve --install-service. lab serve --uninstall removes it.";

    /// <summary>
    /// What the program does as root. It opens ports below 1024 and packet sockets, wakes machines and reads their MACs; its services run in
    /// mount namespaces of their own as users without any rights, which it gives their files and which it ends.
    /// </summary>
    private static readonly string[] Capabilities =
    [
        "CAP_NET_BIND_SERVICE",
        "CAP_NET_RAW",
        "CAP_NET_ADMIN",
        "CAP_SYS_ADMIN",
        "CAP_SETUID",
        "CAP_SETGID",
        "CAP_SETPCAP",
        "CAP_CHOWN",
        "CAP_DAC_OVERRIDE",
        "CAP_FOWNER",
        "CAP_KILL",
        "CAP_SYS_PTRACE",
    ];

    /// <summary>The unit's name: <c>lab-home.service</c>.</summary>
    public static string NameFor(string lab) => $"lab-{lab}.service";

    /// <summary>The unit.</summary>
    /// <param name="lab">Name of the lab.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="folder">Absolute path of the folder that it runs in.</param>
    /// <param name="variables">Its environment.</param>
    public static string Render(string lab, IEnumerable<string> command, string folder, IEnumerable<KeyValuePair<string, string>> variables) =>
        string.Join(
            '\n',
            [
                Mark,
                "[Unit]",
                $"Description=Lab {lab}: network boot for the machines of its lab file",
                "Wants=network-online.target",
                "After=network-online.target",
                "# The network may come much later than its target says: it is tried for as long as it takes.",
                "StartLimitIntervalSec=0",
                "",
                "[Service]",
                "# It is started once it serves. Before that it may download what machines boot.",
                "Type=notify",
                "TimeoutStartSec=30min",
                $"ExecStart={string.Join(' ', command.Select(Argument))}",
                $"WorkingDirectory={Specifier(folder)}",
                .. variables.Select(variable => $"Environment={Argument($"{variable.Key}={variable.Value}", isCommand: false)}"),
                "Restart=on-failure",
                "RestartSec=15s",
                "# The program takes down what it has started.",
                "KillMode=mixed",
                "TimeoutStopSec=60s",
                "",
                $"CapabilityBoundingSet={string.Join(' ', Capabilities)}",
                "NoNewPrivileges=yes",
                "ProtectSystem=full",
                "ProtectKernelModules=yes",
                "ProtectKernelLogs=yes",
                "ProtectClock=yes",
                "ProtectHostname=yes",
                "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK AF_PACKET",
                "RestrictRealtime=yes",
                "RestrictSUIDSGID=yes",
                "LockPersonality=yes",
                "SystemCallArchitectures=native",
                "",
                "[Install]",
                "WantedBy=multi-user.target",
                "",
            ]
        );

    /// <summary>A word of a command line or of an environment; only in the former a dollar sign means something.</summary>
    private static string Argument(string text) => Argument(text, isCommand: true);

    private static string Argument(string text, bool isCommand)
    {
        var plain = Specifier(text);
        return $"\"{(isCommand ? plain.Replace("$", "$$", StringComparison.Ordinal) : plain)
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    private static string Specifier(string text) =>
        text.Any(char.IsControl)
            ? throw new LabException($"'{VisibleText.Of(text)}' cannot stand in a unit of systemd: it holds a control character.")
            : text.Replace("%", "%%", StringComparison.Ordinal);
}
