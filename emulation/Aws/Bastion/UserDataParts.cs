using System.IO.Compression;
using System.Text;

namespace Lab.Emulation.Aws.Bastion;

/// <summary>A part of user data.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Content">Its text.</param>
internal sealed record UserDataPart(string Name, string Content)
{
    /// <summary>True for a script, which cloud-init runs by its first line.</summary>
    public bool IsScript => Content.StartsWith("#!", StringComparison.Ordinal);
}

/// <summary>User data as cloud-init takes it apart: packed or not, one script or a MIME message of several parts.</summary>
internal static class UserDataParts
{
    /// <summary>The parts in order.</summary>
    public static IReadOnlyList<UserDataPart> Read(byte[] data)
    {
        var text = Unpack(data).ReplaceLineEndings("\n");
        if (
            !text.StartsWith("Content-Type: multipart/", StringComparison.OrdinalIgnoreCase)
            && !text.StartsWith("MIME-Version:", StringComparison.OrdinalIgnoreCase)
        )
        {
            return [new UserDataPart("user-data", text)];
        }

        var boundary = Field(text, "boundary") ?? "";
        return
        [
            .. $"\n{text}"
                .Split($"\n--{boundary}", StringSplitOptions.None)[1..]
                .TakeWhile(part => !part.StartsWith("--", StringComparison.Ordinal))
                .Select((part, index) => Part(part[(part.IndexOf('\n') + 1)..], index)),
        ];
    }

    private static UserDataPart Part(string part, int index)
    {
        var end = part.IndexOf("\n\n", StringComparison.Ordinal);
        var (head, body) = end < 0 ? ("", part) : (part[..end], part[(end + 2)..]);
        if (head.Contains("Content-Transfer-Encoding: base64", StringComparison.OrdinalIgnoreCase))
        {
            body = Encoding.UTF8.GetString(Convert.FromBase64String(body));
        }

        return new UserDataPart(Path.GetFileName(Field(head, "filename") ?? $"part-{index + 1}"), body);
    }

    /// <summary>A parameter of a header: <c>boundary="…"</c>.</summary>
    private static string? Field(string text, string name)
    {
        var start = text.IndexOf($"{name}=", StringComparison.OrdinalIgnoreCase);
        if (start < 0)
        {
            return null;
        }

        var value = text[(start + name.Length + 1)..];
        return value.StartsWith('"') ? value[1..value.IndexOf('"', 1)] : value[..value.IndexOfAny([';', '\n', ' '])];
    }

    private static string Unpack(byte[] data)
    {
        if (data is not [0x1f, 0x8b, ..])
        {
            return Encoding.UTF8.GetString(data);
        }

        using var reader = new StreamReader(new GZipStream(new MemoryStream(data), CompressionMode.Decompress), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
