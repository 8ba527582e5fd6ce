namespace Lab.BootServer.CommandLine;

/// <summary>The flags of the original, and our own.</summary>
internal static class BootServerFlags
{
    private static readonly GoFlag[] Flags =
    [
        Original("address", "HTTP listen address; several are separated by commas", "127.0.0.1:8080"),
        Original("data-path", "Path to data directory", "/var/lib/matchbox"),
        Original("assets-path", "Path to static assets", "/var/lib/matchbox/assets"),
        Original("log-level", "Set the logging level", "info"),
        Original("web-ssl", "True to enable HTTPS", isBool: true),
        Original("web-cert-file", "Path to the server TLS certificate file", "/etc/matchbox/ssl/server.crt"),
        Original("web-key-file", "Path to the server TLS key file", "/etc/matchbox/ssl/server.key"),
        Original("rpc-address", "Not supported: this server has no RPC"),
        Original("cert-file", "Of the RPC server: not used", "/etc/matchbox/server.crt"),
        Original("key-file", "Of the RPC server: not used", "/etc/matchbox/server.key"),
        Original("ca-file", "Of the RPC server: not used", "/etc/matchbox/ca.crt"),
        Original("key-ring-path", "Not supported: this server does not sign"),
        Original("version", "print version and exit", isBool: true),
        Original("help", "print usage and exit", isBool: true),
        Own("telemetry-socket", "Path of a Unix socket that serves /events, /metrics and /healthz"),
        Own("machine-addresses", "MAC=ADDRESS,...: give a machine's configuration only to requests from its address"),
        Own("assets-listing", "List the entries of asset directories", isBool: true),
        Own("assets-follow-symlinks", "Serve assets that symlinks outside -assets-path lead to", isBool: true),
    ];

    /// <summary>The flags, not yet parsed.</summary>
    public static GoFlagSet Create() => new("matchbox", Flags);

    private static GoFlag Original(string name, string usage, string otherwise = "", bool isBool = false) =>
        new(name, usage, otherwise, Variable("MATCHBOX", name), isBool);

    private static GoFlag Own(string name, string usage, bool isBool = false) => new(name, usage, "", Variable("LAB", name), isBool);

    private static string Variable(string prefix, string name) => $"{prefix}_{name.ToUpperInvariant().Replace('-', '_')}";
}
