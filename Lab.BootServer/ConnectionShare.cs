using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Lab.BootServer;

/// <summary>Bounds the connections of one client address, so that one client cannot take them all from the others and from health probes.</summary>
internal sealed class ConnectionShare(int most)
{
    private readonly ConcurrentDictionary<IPAddress, int> _open = new();

    /// <summary>Closes a connection at once that is one too many of its client's.</summary>
    public ConnectionDelegate Guard(ConnectionDelegate next) =>
        async connection =>
        {
            if (connection.RemoteEndPoint is not IPEndPoint { Address: var client })
            {
                await next(connection);
                return;
            }

            try
            {
                if (_open.AddOrUpdate(client, 1, (_, count) => count + 1) > most)
                {
                    connection.Abort();
                    return;
                }

                await next(connection);
            }
            finally
            {
                Leave(client);
            }
        };

    private void Leave(IPAddress client)
    {
        // The entry of a client that has none left goes, unless a new connection has come in between.
        _open.AddOrUpdate(client, 0, (_, count) => count - 1);
        _open.TryRemove(KeyValuePair.Create(client, 0));
    }
}
