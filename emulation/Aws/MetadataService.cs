using System.Globalization;
using System.Text;
using Lab.Emulation.Network.Vpc;

namespace Lab.Emulation.Aws;

/// <summary>An answer of instance metadata.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The content.</param>
internal sealed record MetadataAnswer(int Status, byte[] Body)
{
    /// <summary>How many hops the answer may travel; null for any number.</summary>
    public int? HopLimit { get; init; }

    /// <summary>Lifetime of the token that it holds; null when it holds none.</summary>
    public int? TokenSeconds { get; init; }
}

/// <summary>
/// What instance metadata answers, by EC2's rules for both versions
/// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html).
/// </summary>
/// <param name="tokens">The session tokens.</param>
/// <param name="region">The region.</param>
/// <param name="zone">The zone.</param>
internal sealed class MetadataService(SessionTokens tokens, string region, string zone)
{
    /// <summary>
    /// User data as it is read with a token, at an address that only the lab has: the iPXE of distributions can send neither the PUT nor
    /// the header that EC2's sends.
    /// </summary>
    public const string UserDataWithToken = "/lab/user-data";

    private const string TokenPath = "/latest/api/token";
    private static readonly string[] Versions = ["1.0", "2007-01-19", "2009-04-04", "2016-09-02", "2018-09-24", "2021-03-23", "2022-09-24", "latest"];

    /// <summary>Answers a request of an instance.</summary>
    /// <param name="vpc">The VPC.</param>
    /// <param name="instance">Who asks.</param>
    /// <param name="method">GET, HEAD or PUT; others are refused.</param>
    /// <param name="path">The path.</param>
    /// <param name="header">Gives a header of the request; null for none.</param>
    public MetadataAnswer Answer(VpcState vpc, VpcInstance instance, string method, string path, Func<string, string?> header) =>
        !instance.MetadataEnabled ? Error(403, "Forbidden")
        : path == TokenPath
            ? method == "PUT" ? Token(instance, header)
                : Error(405, "Method Not Allowed")
        : method is not ("GET" or "HEAD") ? Error(405, "Method Not Allowed")
        : path == UserDataWithToken ? Read(vpc, instance, "/latest/user-data") with { HopLimit = instance.MetadataHopLimit }
        : header("X-aws-ec2-metadata-token") is { } token
            ? tokens.IsValid(instance.Id, token) ? Read(vpc, instance, path)
                : Error(401, "Unauthorized")
        : instance.MetadataTokenRequired ? Error(401, "Unauthorized")
        : Read(vpc, instance, path);

    private static MetadataAnswer Text(string text) => new(200, Encoding.UTF8.GetBytes(text));

    private static MetadataAnswer Error(int status, string title) =>
        new(
            status,
            Encoding.UTF8.GetBytes(
                $"""
                <?xml version="1.0" encoding="iso-8859-1"?>
                <html xmlns="http://www.w3.org/1999/xhtml"><head><title>{status} - {title}</title></head><body><h1>{status} - {title}</h1></body></html>

                """
            )
        );

    private MetadataAnswer Token(VpcInstance instance, Func<string, string?> header) =>
        header("X-Forwarded-For") is not null ? Error(403, "Forbidden")
        : int.TryParse(header("X-aws-ec2-metadata-token-ttl-seconds"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds is >= 1 and <= SessionTokens.LongestSeconds
            ? Text(tokens.Issue(instance.Id, seconds)) with
            {
                TokenSeconds = seconds,
                HopLimit = instance.MetadataHopLimit,
            }
        : Error(400, "Bad Request");

    private MetadataAnswer Read(VpcState vpc, VpcInstance instance, string path)
    {
        if (path.Trim('/').Length == 0)
        {
            return Text(string.Join('\n', Versions));
        }

        var parts = path.TrimStart('/').Split('/', 2);
        return Versions.Contains(parts[0]) && new MetadataTree(vpc, instance, region, zone).Find(parts.Length == 1 ? "" : parts[1]) is { } content
            ? new MetadataAnswer(200, content)
            : Error(404, "Not Found");
    }
}
