using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lab.Tests.BootServer;

/// <summary>Many requests over one connection.</summary>
internal static class KeepAlive
{
    /// <summary>How many of so many answers to the same request have another body than the right one.</summary>
    public static async Task<int> CountOthersAsync(IPEndPoint server, string target, string right, int requests)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server, cancellationToken);
        var stream = client.GetStream();
        var request = Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: boot\r\n\r\n");
        var buffer = new byte[64 * 1024];
        var wrong = 0;
        for (var i = 0; i < requests; i++)
        {
            await stream.WriteAsync(request, cancellationToken);
            var answer = await ReadAsync(stream, buffer, cancellationToken);
            wrong += answer.Status == 200 && answer.Text == right ? 0 : 1;
        }

        return wrong;
    }

    private static async Task<RawAnswer> ReadAsync(NetworkStream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        var count = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(count), cancellationToken);
            Assert.True(read > 0, "the server closed the connection");
            count += read;
            if (buffer.AsSpan(0, count).IndexOf("\r\n\r\n"u8) >= 0)
            {
                var answer = RawHttp.Parse(buffer[..count]);
                if (answer.Body.Length == int.Parse(answer["Content-Length"]!, System.Globalization.CultureInfo.InvariantCulture))
                {
                    return answer;
                }
            }
        }
    }
}
