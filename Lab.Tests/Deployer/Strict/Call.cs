using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Web;

namespace Lab.Tests.Deployer.Strict;

/// <summary>A call on its way to the emulator.</summary>
/// <param name="Headers">Its headers.</param>
/// <param name="Path">Of the URL.</param>
/// <param name="Text">Its body.</param>
public sealed record Call(Dictionary<string, string> Headers, string Path, string Text)
{
    private static readonly string[] Reading = ["Describe", "Get", "List"];

    /// <summary>True for the JSON protocols, false for the query protocol.</summary>
    public bool IsJson => IsRest || Headers.ContainsKey("X-Amz-Target");

    /// <summary><c>CreateVpc</c>; a protocol with the operation in the path has it in lower case.</summary>
    public string Operation =>
        IsRest ? Path[1..]
        : IsJson ? Headers["X-Amz-Target"].Split('.')[^1]
        : HttpUtility.ParseQueryString(Text)["Action"] ?? "";

    /// <summary><c>ec2</c>: what the request is signed for.</summary>
    public string Service => Headers.GetValueOrDefault("Authorization", "").Split("/aws4_request")[0].Split('/')[^1];

    /// <summary>True for a call that changes something.</summary>
    public bool Writes => !Reading.Any(prefix => Operation.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private bool IsRest => Path != "/";

    /// <summary>What makes it the same call when it is sent again: everything but what the SDK makes up for each.</summary>
    public string Content =>
        IsJson ? Operation : string.Join('&', Text.Split('&').Where(parameter => !parameter.StartsWith("ClientToken=", StringComparison.Ordinal)));

    /// <summary>Reads one from a connection.</summary>
    public static async Task<Call> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        var head = -1;
        Dictionary<string, string> headers = [];
        var path = "/";
        while (head < 0 || bytes.Length < head + 4 + int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture))
        {
            var count = await stream.ReadAsync(buffer, cancellationToken);
            if (count == 0)
            {
                throw new IOException("The client went away.");
            }

            bytes.Write(buffer, 0, count);
            if (head < 0 && (head = bytes.ToArray().AsSpan().IndexOf("\r\n\r\n"u8)) >= 0)
            {
                var lines = Encoding.ASCII.GetString(bytes.ToArray(), 0, head).Split("\r\n");
                path = lines[0].Split(' ')[1];
                headers = lines
                    .Skip(1)
                    .Select(line => line.Split(':', 2))
                    .ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
            }
        }

        return new Call(headers, path, Encoding.UTF8.GetString(bytes.ToArray(), head + 4, (int)bytes.Length - head - 4));
    }
}
