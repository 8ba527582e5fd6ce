using System.IO.Compression;
using System.Text;
using Lab.Model.Definition;

namespace Lab.Model.Rendering;

/// <summary>
/// The bastion's user data: the script it had, byte for byte, and the lab's, as two parts of one message. cloud-init runs both, each in
/// a shell of its own, so that neither can end the other (https://docs.cloud-init.io/en/latest/explanation/format.html).
/// </summary>
public static class BastionUserData
{
    /// <summary>EC2's limit for user data before it is encoded, in bytes.</summary>
    public const int Limit = 16 * 1024;

    private const string Boundary = "==lab-deploy==";

    /// <summary>The user data, compressed where it would be too long otherwise; cloud-init unpacks it.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="existing">What the bastion had; empty for none.</param>
    /// <exception cref="LabException">It does not fit, compressed or not, or what the bastion had is in a form that cannot be kept.</exception>
    public static byte[] Render(LabDefinition lab, ReadOnlySpan<byte> existing)
    {
        var plain = Encoding.UTF8.GetBytes(Message(lab, Text(existing)));
        var data = plain.Length <= Limit ? plain : Compress(plain);
        return data.Length <= Limit
            ? data
            : throw new LabException(
                $"The bastion's user data has {data.Length} bytes compressed; EC2 takes {Limit}. Shorten the existing script, dns.block or mirrors."
            );
    }

    private static string Message(LabDefinition lab, string existing) =>
        string.Join(
            '\n',
            [
                $"Content-Type: multipart/mixed; boundary=\"{Boundary}\"",
                "MIME-Version: 1.0",
                "",
                .. existing.Length == 0 ? [] : Part(existing, "existing"),
                .. Part(BastionScript.Render(lab), "lab.sh"),
                $"--{Boundary}--",
                "",
            ]
        );

    private static IEnumerable<string> Part(string content, string name) =>
        [$"--{Boundary}", $"Content-Type: {ContentType(content)}; charset=\"utf-8\"", $"Content-Disposition: attachment; filename=\"{name}\"", "", content];

    private static string ContentType(string content) =>
        content.StartsWith("#!", StringComparison.Ordinal) ? "text/x-shellscript"
        : content.StartsWith("#cloud-config", StringComparison.Ordinal) ? "text/cloud-config"
        : content.Contains(Boundary, StringComparison.Ordinal)
            ? throw new LabException(
                "The bastion's existing user data is that of a lab: another lab has adopted this group, or this one had another name then. Give the group back first: lab-deploy destroy with that lab's definition (its name is in the launch template's version description)."
            )
        : throw new LabException(
            "The bastion's existing user data is neither a script (#!) nor a cloud-config, so it cannot be kept beside the lab's. Make it one of these."
        );

    private static string Text(ReadOnlySpan<byte> data)
    {
        if (!data.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
        {
            return Encoding.UTF8.GetString(data);
        }

        using var unpacked = new GZipStream(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
        return new StreamReader(unpacked, Encoding.UTF8).ReadToEnd();
    }

    /// <summary>The same bytes for the same text: .NET's gzip header carries no time.</summary>
    private static byte[] Compress(byte[] plain)
    {
        using var target = new MemoryStream();
        using (var packed = new GZipStream(target, CompressionLevel.SmallestSize))
        {
            packed.Write(plain);
        }

        return target.ToArray();
    }
}
