using System.Globalization;

namespace Lab.Emulation.Linux;

/// <summary>A package as a list of Debian's archive has it (deb822(5)).</summary>
/// <param name="Version">Its version.</param>
/// <param name="Path">Where it is, below the mirror.</param>
/// <param name="Digest">SHA-256, hexadecimal.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Depends">What it needs.</param>
internal sealed record DebianPackage(string Version, string Path, string Digest, long Size, string Depends)
{
    /// <summary>All of a list, by name. Of several versions the last.</summary>
    public static IReadOnlyDictionary<string, DebianPackage> Read(TextReader list)
    {
        Dictionary<string, DebianPackage> packages = [];
        Dictionary<string, string> fields = [];
        while (true)
        {
            var line = list.ReadLine();
            if (string.IsNullOrEmpty(line))
            {
                if (Of(fields) is var (name, package))
                {
                    packages[name] = package;
                }

                fields.Clear();
                if (line is null)
                {
                    return packages;
                }
            }
            else if (!char.IsWhiteSpace(line[0]) && line.Split(": ", 2) is [var field, var value])
            {
                fields[field] = value;
            }
        }
    }

    private static (string Name, DebianPackage Package)? Of(Dictionary<string, string> fields) =>
        fields.TryGetValue("Package", out var name)
        && fields.TryGetValue("Version", out var version)
        && fields.TryGetValue("Filename", out var path)
        && fields.TryGetValue("SHA256", out var digest)
        && long.TryParse(fields.GetValueOrDefault("Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? (name, new(version, path, digest, size, fields.GetValueOrDefault("Depends", "")))
            : null;
}
