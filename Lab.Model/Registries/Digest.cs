using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lab.Model.Registries;

/// <summary>
/// What bytes must hash to: <c>sha256:</c> and 64 hexadecimal digits, or <c>sha512:</c> and 128. Nothing else can be one, so that its text
/// is safe as a name of a file and in a URL (https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests).
/// </summary>
[JsonConverter(typeof(FromJson))]
public sealed record Digest
{
    private Digest(string algorithm, string hex) => (Algorithm, Hex) = (algorithm, hex);

    /// <summary><c>sha256</c> or <c>sha512</c>.</summary>
    public string Algorithm { get; }

    /// <summary>Lower-case hexadecimal digits.</summary>
    public string Hex { get; }

    private HashAlgorithmName HashName => new(Algorithm.ToUpperInvariant());

    /// <summary>For messages: the first twelve digits.</summary>
    public string Short => Hex[..12];

    /// <summary>Name of the file or folder that holds the bytes.</summary>
    public string FileName => $"{Algorithm}-{Hex}";

    /// <summary>Reads the text of a descriptor or of a reference.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Digest? digest)
    {
        digest =
            text?.Split(':') is [("sha256" or "sha512") and var algorithm, var hex]
            && hex.Length == (algorithm == "sha256" ? 64 : 128)
            && hex.All(char.IsAsciiHexDigitLower)
                ? new Digest(algorithm, hex)
                : null;
        return digest is not null;
    }

    /// <summary>The SHA-256 of bytes.</summary>
    public static Digest Sha256(ReadOnlySpan<byte> content) => new("sha256", Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <summary>Hashes bytes as this digest was made.</summary>
    public Digest Hash(ReadOnlySpan<byte> content) => With(CryptographicOperations.HashData(HashName, content));

    /// <summary>Hashes a stream as this digest was made.</summary>
    public async Task<Digest> HashAsync(Stream content, CancellationToken cancellationToken) =>
        With(await CryptographicOperations.HashDataAsync(HashName, content, cancellationToken));

    /// <summary>Hashes bytes that come piece by piece, as this digest was made.</summary>
    public IncrementalHash CreateHash() => IncrementalHash.CreateHash(HashName);

    /// <summary>The digest of bytes whose hash is known.</summary>
    public Digest With(ReadOnlySpan<byte> hash) => new(Algorithm, Convert.ToHexStringLower(hash));

    /// <inheritdoc />
    public override string ToString() => $"{Algorithm}:{Hex}";

    private sealed class FromJson : JsonConverter<Digest>
    {
        public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), out var digest)
                ? digest
                : throw new JsonException("a descriptor's digest is not sha256: with 64 hexadecimal digits, nor sha512: with 128.");

        public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
