using System.IO.Compression;
using System.Text;

namespace Lab.Deployment.Verification;

/// <summary>User data as text, unpacked where it is compressed.</summary>
internal static class UserDataText
{
    public static string Of(string? base64) => Of(Convert.FromBase64String(base64 ?? ""));

    public static string Of(byte[] data)
    {
        if (data is not [0x1f, 0x8b, ..])
        {
            return Encoding.UTF8.GetString(data);
        }

        using var unpacked = new StreamReader(new GZipStream(new MemoryStream(data), CompressionMode.Decompress), Encoding.UTF8);
        return unpacked.ReadToEnd();
    }
}
