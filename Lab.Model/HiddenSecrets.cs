using System.Text.RegularExpressions;

namespace Lab.Model;

/// <summary>
/// Text with secrets taken out, for people who are shown it: private keys, tokens and passwords in the forms that Talos, Kubernetes,
/// registries, AWS and web servers write them. Names, addresses and public keys stay.
/// </summary>
public static partial class HiddenSecrets
{
    /// <summary>What stands where a secret was.</summary>
    public const string Mark = "(hidden)";

    /// <summary>The text without them.</summary>
    public static string In(string text)
    {
        text = PrivateKey().Replace(text, Mark);
        text = EncodedPem().Replace(text, Mark);
        text = UserOfUrl().Replace(text, $"$1{Mark}@");
        text = LoginOfUrl().Replace(text, $"$1{Mark}");
        text = Authorization().Replace(text, $"$1{Mark}");
        text = AwsKey().Replace(text, Mark);
        text = RegistryLogin().Replace(text, $"$1{Mark}");
        text = WebToken().Replace(text, Mark);
        text = BootstrapToken().Replace(text, Mark);
        return Assignment().Replace(text, match => IsSetting(match.Groups["value"].Value) ? match.Value : $"{match.Groups["key"].Value}{Mark}");
    }

    /// <summary>A word that says how something is done, and no secret: <c>metadataTokens: required</c>.</summary>
    private static bool IsSetting(string value) => value.Trim('"', '\'', ',') is "" or "true" or "false" or "null" or "required" or "optional" or "|" or ">";

    [GeneratedRegex(@"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)", RegexOptions.Singleline)]
    private static partial Regex PrivateKey();

    /// <summary>A PEM file in base64, as Talos and kubeconfig have it: <c>-----BEGIN </c> begins so.</summary>
    [GeneratedRegex(@"LS0tLS1CRUdJTi[A-Za-z0-9+/=]+")]
    private static partial Regex EncodedPem();

    [GeneratedRegex(@"(\b[a-z][a-z0-9+.-]*://)[^\s/@:""']+:[^\s/@""']+@", RegexOptions.IgnoreCase)]
    private static partial Regex UserOfUrl();

    [GeneratedRegex(@"([?&](?:t|token|sig|signature|X-Amz-[A-Za-z-]*(?:Signature|Credential|Token))=)[^&\s""'<>]+", RegexOptions.IgnoreCase)]
    private static partial Regex LoginOfUrl();

    [GeneratedRegex(@"(\b(?:Bearer|Basic) )[A-Za-z0-9._~+/=-]{8,}")]
    private static partial Regex Authorization();

    [GeneratedRegex(@"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")]
    private static partial Regex AwsKey();

    /// <summary>A login as Docker's configuration keeps it.</summary>
    [GeneratedRegex(@"(\bauth[""']?[ \t]*[:=][ \t]*[""']?)[A-Za-z0-9+/]{8,}={0,2}")]
    private static partial Regex RegistryLogin();

    [GeneratedRegex(@"\beyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")]
    private static partial Regex WebToken();

    [GeneratedRegex(@"\b[a-z0-9]{6}\.[a-z0-9]{16}\b")]
    private static partial Regex BootstrapToken();

    /// <summary>A key whose name says that its value is a secret, in YAML, JSON or as a variable.</summary>
    [GeneratedRegex(
        @"(?<key>\b[\w.-]*(?:token|secret|passw(?:or)?d|passphrase|private_?-?key|access_?-?key|auth_?-?key|api_?-?key|credential|secretbox|aescbc)[\w.-]*[""']?[ \t]*[:=][ \t]*)(?<value>""[^""\n]*""|'[^'\n]*'|[^\s,}\]]+)",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Assignment();
}
