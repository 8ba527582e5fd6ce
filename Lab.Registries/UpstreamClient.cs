using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Lab.Registries;

/// <summary>
/// Asks one server of the internet, and follows where it sends us, but not everywhere: not to this machine, the link, instance metadata or a
/// private network, unless the server itself is there. Addresses are checked when a connection is made, after the name was resolved. A
/// token goes to the server that it is for, never to another that it redirects to. Behind a proxy of the host the proxy resolves names, so
/// there only addresses that stand in a URL themselves are checked.
/// </summary>
public sealed class UpstreamClient
{
    private const int Redirects = 10;

    private static readonly ConcurrentDictionary<string, UpstreamClient> Clients = new();

    private readonly Uri _upstream;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    private readonly Func<IPEndPoint, CancellationToken, Task<Stream>> _connect;
    private readonly HttpClient _client;

    /// <param name="upstream">The server that was chosen by the user.</param>
    /// <param name="resolve">The addresses of a name.</param>
    /// <param name="connect">Opens a connection.</param>
    internal UpstreamClient(Uri upstream, Func<string, CancellationToken, Task<IPAddress[]>> resolve, Func<IPEndPoint, CancellationToken, Task<Stream>> connect)
    {
        (_upstream, _resolve, _connect) = (upstream, resolve, connect);
        _client = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                ConnectTimeout = TimeSpan.FromSeconds(10),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                ConnectCallback = ConnectAsync,
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The client of a server.</summary>
    public static UpstreamClient For(Uri upstream) =>
        Clients.GetOrAdd(upstream.GetLeftPart(UriPartial.Authority), _ => new UpstreamClient(upstream, Dns.GetHostAddressesAsync, DialAsync));

    /// <summary>Asks; returns as soon as the headers of the last answer are there.</summary>
    /// <exception cref="HttpRequestException">Nobody answers, or the server sends us where it must not.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            await CheckAsync(message.RequestUri!, cancellationToken);
            var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (
                response.StatusCode
                    is not (
                        HttpStatusCode.MovedPermanently
                        or HttpStatusCode.Found
                        or HttpStatusCode.SeeOther
                        or HttpStatusCode.TemporaryRedirect
                        or HttpStatusCode.PermanentRedirect
                    )
                || response.Headers.Location is not { } location
            )
            {
                return response;
            }

            response.Dispose();
            var target = new Uri(message.RequestUri!, location);
            if (redirects >= Redirects)
            {
                throw new HttpRequestException($"{_upstream.Authority} redirects more than {Redirects} times");
            }

            message = Redirected(message, target);
        }
    }

    private HttpRequestMessage Redirected(HttpRequestMessage message, Uri target)
    {
        if (message.RequestUri!.Scheme == Uri.UriSchemeHttps && target.Scheme != Uri.UriSchemeHttps)
        {
            throw new HttpRequestException($"{_upstream.Authority} redirects from https to {target.Scheme}, which Lab does not follow");
        }

        var next = new HttpRequestMessage(message.Method, target);
        foreach (var (name, values) in message.Headers.Where(header => header.Key != "Authorization" || target.Authority == message.RequestUri.Authority))
        {
            next.Headers.TryAddWithoutValidation(name, values);
        }

        return next;
    }

    /// <summary>What can be told from a URL alone, for a proxy connects in our place.</summary>
    private async Task CheckAsync(Uri target, CancellationToken cancellationToken)
    {
        if (target.Scheme != Uri.UriSchemeHttp && target.Scheme != Uri.UriSchemeHttps)
        {
            throw new HttpRequestException($"{_upstream.Authority} sends us to {target.Scheme}:, which is not http or https");
        }

        if (!IsUpstream(target.IdnHost) && IPAddress.TryParse(target.IdnHost.Trim('[', ']'), out var literal))
        {
            await RequireAllowedAsync(target.IdnHost, [literal], cancellationToken);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await _resolve(host, cancellationToken);
        var isProxy = !string.Equals(host.Trim('[', ']'), context.InitialRequestMessage.RequestUri!.IdnHost.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);
        if (!isProxy && !IsUpstream(host))
        {
            await RequireAllowedAsync(host, addresses, cancellationToken);
        }

        Exception? failure = null;
        foreach (var address in addresses)
        {
            try
            {
                return await _connect(new IPEndPoint(address, port), cancellationToken);
            }
            catch (SocketException e)
            {
                failure = e;
            }
        }

        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }

    private async Task RequireAllowedAsync(string host, IReadOnlyList<IPAddress> addresses, CancellationToken cancellationToken)
    {
        foreach (var address in addresses.Where(address => AddressKinds.Of(address) != AddressKind.Public))
        {
            var own = IPAddress.TryParse(_upstream.IdnHost.Trim('[', ']'), out var literal) ? [literal] : await _resolve(_upstream.IdnHost, cancellationToken);
            if (!own.Any(one => AddressKinds.Of(one) == AddressKinds.Of(address)))
            {
                throw new HttpRequestException(
                    $"{_upstream.Authority} sends us to {host} ({address}), which is not on the internet; refused, because {_upstream.Authority} itself is not there"
                );
            }
        }
    }

    private bool IsUpstream(string host) => string.Equals(host.Trim('[', ']'), _upstream.IdnHost.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);

    private static async Task<Stream> DialAsync(IPEndPoint end, CancellationToken cancellationToken)
    {
        var socket = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(end, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
