using System.Net;
using Lab.BootServer.Data;
using Lab.BootServer.Logging;
using Lab.Model;

namespace Lab.BootServer.CommandLine;

/// <summary>What the server was asked to do, checked.</summary>
internal sealed record BootServerOptions
{
    /// <summary>As written in <c>-address</c>.</summary>
    public required string Address { get; init; }

    public required IReadOnlyList<IPEndPoint> Endpoints { get; init; }

    public required string DataPath { get; init; }

    /// <summary>Null: assets are not served.</summary>
    public string? AssetsPath { get; init; }

    public LogrusLevel LogLevel { get; init; } = LogrusLevel.Info;

    /// <summary>Certificate and key for HTTPS; null: HTTP.</summary>
    public (string Certificate, string Key)? Tls { get; init; }

    public string? TelemetrySocket { get; init; }

    /// <summary>Where machines ask from, by MAC in lower-case colon form.</summary>
    public IReadOnlyDictionary<string, IPAddress> MachineAddresses { get; init; } = new Dictionary<string, IPAddress>();

    public bool AssetsListing { get; init; }

    public bool AssetsFollowSymlinks { get; init; }

    /// <exception cref="LabException">A value cannot be used.</exception>
    public static BootServerOptions From(GoFlagSet flags)
    {
        if (!Directory.Exists(flags["data-path"]))
        {
            throw new LabException("A valid -data-path is required");
        }

        var assets = flags["assets-path"];
        if (assets.Length > 0 && !Directory.Exists(assets))
        {
            throw new LabException($"Provide a valid -assets-path or '' to disable asset serving: {assets}");
        }

        RefuseUnsupported(flags);
        return new BootServerOptions
        {
            Tls = Certificate(flags),
            LogLevel =
                LogrusLevels.Parse(flags["log-level"]) ?? throw new LabException($"invalid log-level: not a valid logrus Level: \"{flags["log-level"]}\""),
            Address = flags["address"],
            Endpoints = ListenAddress.ParseAll(flags["address"]),
            DataPath = flags["data-path"],
            AssetsPath = assets.Length > 0 ? assets : null,
            TelemetrySocket = flags["telemetry-socket"] is { Length: > 0 } socket ? socket : null,
            MachineAddresses = ParseMachines(flags["machine-addresses"]),
            AssetsListing = flags.IsTrue("assets-listing"),
            AssetsFollowSymlinks = flags.IsTrue("assets-follow-symlinks"),
        };
    }

    private static Dictionary<string, IPAddress> ParseMachines(string text)
    {
        var machines = new Dictionary<string, IPAddress>();
        foreach (var entry in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (
                entry.Split('=') is not [var name, var at]
                || HardwareAddress.Normalize(name) is not { } mac
                || !IPAddress.TryParse(at, out var address)
                || !machines.TryAdd(mac, address)
            )
            {
                throw new LabException(
                    $"-machine-addresses: '{entry}' is not MAC=ADDRESS, or its MAC is there already; expected one like 52:54:00:13:00:01=10.20.13.11"
                );
            }
        }

        return machines;
    }

    private static void RefuseUnsupported(GoFlagSet flags)
    {
        if (flags["rpc-address"].Length > 0)
        {
            throw new LabException("-rpc-address is not supported: this server has no RPC. Write the files below -data-path instead.");
        }

        if (flags["key-ring-path"].Length > 0)
        {
            throw new LabException("-key-ring-path is not supported: this server does not sign. Leave it out, or run the original.");
        }
    }

    private static (string Certificate, string Key)? Certificate(GoFlagSet flags)
    {
        if (!flags.IsTrue("web-ssl"))
        {
            return null;
        }

        foreach (var (flag, what) in new[] { ("web-cert-file", "certificate"), ("web-key-file", "key") })
        {
            if (!File.Exists(flags[flag]))
            {
                throw new LabException($"Provide a valid SSL server {what} with -{flag}: stat {flags[flag]}: no such file or directory");
            }
        }

        return (flags["web-cert-file"], flags["web-key-file"]);
    }
}
