using System.Text.RegularExpressions;
using Lab.Model;
using Lab.Model.Registries;

namespace Lab.Emulation.Images;

/// <summary>The <c>.sha256</c> files that builds put beside what they make: sha256sum's line, or the digits alone.</summary>
internal static partial class Checksum
{
    /// <summary>How such a file's name ends.</summary>
    public const string Extension = ".sha256";

    private const int LongestFile = 4096;

    /// <summary>Refuses a file that is not what the sum beside it says; one without a sum is taken.</summary>
    /// <exception cref="LabException">It is another file, or the sum cannot be read.</exception>
    public static async Task VerifyAsync(string what, string path, ImageSource source, CancellationToken cancellationToken)
    {
        var sum = new FileInfo($"{path}{Extension}");
        if (!sum.Exists)
        {
            return;
        }

        var text = sum.Length > LongestFile ? "" : await File.ReadAllTextAsync(sum.FullName, cancellationToken);
        if (Sum().Match(text) is not { Success: true } match || !Digest.TryParse($"sha256:{match.Groups["sum"].Value.ToLowerInvariant()}", out var expected))
        {
            throw source.Error(what, path, $"cannot be verified: {sum.Name} beside it holds no SHA-256. Mend or remove that file");
        }

        await using var file = File.OpenRead(path);
        if (await expected.HashAsync(file, cancellationToken) is var found && found != expected)
        {
            throw source.Error(what, path, $"is not what {sum.Name} beside it says: it has the SHA-256 {found.Hex}, expected {expected.Hex}. Fetch both again");
        }
    }

    [GeneratedRegex(@"\A\s*(?<sum>[0-9a-fA-F]{64})(\s|\z)")]
    private static partial Regex Sum();
}
