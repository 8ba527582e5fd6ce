using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Lab.BootServer;

/// <summary>What one client may take. The original bounds only the size of headers.</summary>
internal static class BootServerLimits
{
    /// <summary>Open connections of one address.</summary>
    public const int ConnectionsOfOneClient = 1024;

    /// <summary>Connections that the kernel keeps until they are accepted. Beyond it drops them, and a client tries again after a second or three.</summary>
    public const int Backlog = 4096;

    private const int MebiByte = 1024 * 1024;

    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;

        // As Go: "GET http://host/path" counts more than the Host header.
        kestrel.AllowHostHeaderOverride = true;
        var limits = kestrel.Limits;

        // As Go: 1 MiB of headers is accepted, more is 431.
        limits.MaxRequestHeadersTotalSize = MebiByte;
        limits.MaxRequestLineSize = MebiByte;
        limits.MaxRequestBufferSize = MebiByte;
        limits.MaxRequestHeaderCount = 1000;
        limits.MaxRequestBodySize = MebiByte;
        limits.MaxConcurrentConnections = 8192;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(20);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);

        // A machine that is emulated or paused may be slow; one that takes nothing for long is gone.
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(60));
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
    }
}
