using System.Net;

namespace Lab.Deployment.Tunnels;

/// <summary>A way from this machine to machines of a private subnet, for as long as it is held.</summary>
internal interface ITunnel : IAsyncDisposable
{
    /// <summary>Where each destination is reached on this machine.</summary>
    IReadOnlyDictionary<DnsEndPoint, EndPoint> Ends { get; }
}
