using System.Text.RegularExpressions;

namespace Lab.Model;

/// <summary>
/// Hides what must not be shown of configurations, scripts and addresses: values of keys that are named for a secret, private keys, user and
/// password of a URL. It knows YAML, JSON, arguments and queries by their lines, so that it also works on what is cut or malformed.
/// </summary>
public static partial class SecretText
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Hidden = "(hidden)";

    /// <summary>The text without its secrets.</summary>
    public static string Hide(string text)
    {
        text = PrivateKey().Replace(text, Hidden);
        text = EncodedKey().Replace(text, Hidden);
        text = UserOfUrl().Replace(text, $"://{Hidden}@");
        text = LoginOfUrl().Replace(text, $"$1{Hidden}");
        text = Authorization().Replace(text, $"$1{Hidden}");
        text = RegistryLogin().Replace(text, $"$1{Hidden}");
        text = Token().Replace(text, Hidden);
        text = JsonValue().Replace(text, match => $"{match.Groups["key"].Value}\"{Hidden}\"");
        text = Argument().Replace(text, match => $"{match.Groups["key"].Value}{Hidden}");
        return string.Join('\n', WithoutYamlValues(text.Split('\n')));
    }

    /// <summary>A value may go on in the lines below that stand further to the right.</summary>
    private static IEnumerable<string> WithoutYamlValues(string[] lines)
    {
        int? below = null;
        foreach (var line in lines)
        {
            var indent = line.Length - line.TrimStart(' ', '-').Length;
            if (below is { } least && (indent > least || line.Trim().Length == 0) && !Entry().IsMatch(line))
            {
                continue;
            }

            below = null;
            if (YamlValue().Match(line) is not { Success: true } found)
            {
                yield return line;
                continue;
            }

            below = indent;
            yield return $"{found.Groups["key"].Value} {Hidden}";
        }
    }

    private const string Names = @"[\w.-]*(?:token|secret|password|passwd|passphrase|private[_-]?key|key|psk|credentials?)";

    [GeneratedRegex(@"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)", RegexOptions.Singleline)]
    private static partial Regex PrivateKey();

    /// <summary>A PEM file in base64, as Talos has them: whether it is a key or a certificate is not seen.</summary>
    [GeneratedRegex("LS0tLS1CRUdJTi[A-Za-z0-9+/=_-]*")]
    private static partial Regex EncodedKey();

    [GeneratedRegex(@"://[^/\s@]+@")]
    private static partial Regex UserOfUrl();

    [GeneratedRegex(@"([?&](?:t|sig|signature|X-Amz-[A-Za-z-]*(?:Signature|Credential))=)[^&\s""'<>]+", RegexOptions.IgnoreCase)]
    private static partial Regex LoginOfUrl();

    [GeneratedRegex(@"(\b(?:Bearer|Basic) )[A-Za-z0-9._~+/=-]{8,}")]
    private static partial Regex Authorization();

    /// <summary>A login as Docker's configuration keeps it.</summary>
    [GeneratedRegex(@"(\bauth[""']?[ \t]*[:=][ \t]*[""']?)[A-Za-z0-9+/]{8,}={0,2}")]
    private static partial Regex RegistryLogin();

    /// <summary>What is known by its form: a key of AWS, a JSON web token, a token with which a node joins a cluster.</summary>
    [GeneratedRegex(@"\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*|[a-z0-9]{6}\.[a-z0-9]{16}\b)")]
    private static partial Regex Token();

    [GeneratedRegex($@"(?<key>""{Names}""\s*:\s*)""(?:[^""\\]|\\.)*""?", RegexOptions.IgnoreCase)]
    private static partial Regex JsonValue();

    [GeneratedRegex($@"(?<key>(?<![\w.-]){Names}=)[^\s&,""']+", RegexOptions.IgnoreCase)]
    private static partial Regex Argument();

    [GeneratedRegex($@"\A(?<key>[\s#]*(?:- )*[""']?{Names}[""']?\s*:)(?:\s+\S.*|\s*)\z", RegexOptions.IgnoreCase)]
    private static partial Regex YamlValue();

    [GeneratedRegex(@"\A\s*(?:- )*[""']?[\w.\-/]+[""']?\s*:(?:\s|\z)")]
    private static partial Regex Entry();
}
