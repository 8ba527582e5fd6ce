using System.Text;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Lab.Emulation.Linux;

/// <summary>The keys with which Debian signs the releases that Lab takes packages from (of the package debian-archive-keyring).</summary>
internal static class DebianKeys
{
    private static readonly Lazy<IReadOnlyDictionary<long, PgpPublicKey>> Keys = new(Read);

    /// <summary>The text of a clear-signed file (RFC 9580, 7); null where none of them has signed it.</summary>
    public static string? Verify(byte[] signed)
    {
        try
        {
            using var armoured = new ArmoredInputStream(new MemoryStream(signed));
            using var content = new MemoryStream();
            for (int letter; armoured.IsClearText() && (letter = armoured.ReadByte()) >= 0 && armoured.IsClearText(); )
            {
                content.WriteByte((byte)letter);
            }

            var lines = Encoding.UTF8.GetString(content.ToArray()).TrimEnd('\r', '\n').Split('\n').Select(line => line.TrimEnd()).ToList();
            var text = Encoding.UTF8.GetBytes(string.Join("\r\n", lines));
            return
                new PgpObjectFactory(armoured).NextPgpObject() is PgpSignatureList signatures
                && Enumerable.Range(0, signatures.Count).Any(index => IsBy(signatures[index], text))
                ? string.Join('\n', lines)
                : null;
        }
        catch (Exception e) when (e is IOException or PgpException or ArgumentException or InvalidOperationException)
        {
            // Not understood is not signed.
            return null;
        }
    }

    private static bool IsBy(PgpSignature signature, byte[] text)
    {
        if (signature.SignatureType != PgpSignature.CanonicalTextDocument || !Keys.Value.TryGetValue(signature.KeyId, out var key) || key.HasRevocation())
        {
            return false;
        }

        signature.InitVerify(key);
        signature.Update(text);
        return signature.Verify();
    }

    private static Dictionary<long, PgpPublicKey> Read()
    {
        Dictionary<long, PgpPublicKey> keys = [];
        var assembly = typeof(DebianKeys).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("debian/", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            foreach (var key in new PgpPublicKeyRingBundle(PgpUtilities.GetDecoderStream(stream)).GetKeyRings().SelectMany(ring => ring.GetPublicKeys()))
            {
                keys[key.KeyId] = key;
            }
        }

        return keys;
    }
}
