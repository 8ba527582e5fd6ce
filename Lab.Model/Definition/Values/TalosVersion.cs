using System.Globalization;
using System.Text.RegularExpressions;

namespace Lab.Model.Definition;

/// <summary>A release of Talos: <c>v1.12.3</c>.</summary>
public sealed partial record TalosVersion
{
    /// <summary>The form accepted in <c>lab.yaml</c>.</summary>
    public const string Pattern = @"^v1\.[0-9]{1,3}\.[0-9]{1,3}(-(alpha|beta|rc)\.[0-9]{1,3})?$";

    private TalosVersion(string text, int minor) => (Text, Minor) = (text, minor);

    /// <summary>As it is written: <c>v1.12.3</c>.</summary>
    public string Text { get; }

    /// <summary>The second number.</summary>
    public int Minor { get; }

    /// <summary>True where host name, registry mirrors, time servers and addresses are documents of their own (from 1.12 on).</summary>
    public bool HasDocuments => Minor >= 12;

    /// <summary>True where etcd's image is Kubernetes' (registry.k8s.io) and not etcd's own (gcr.io): from 1.12 on.</summary>
    internal bool HasEtcdOfKubernetes => Minor >= 12;

    /// <summary>True where the settings of Kubernetes are documents of their own too (from 1.14 on).</summary>
    public bool HasKubernetesDocuments => Minor >= 14;

    /// <summary>Reads <c>v1.12.3</c>.</summary>
    /// <exception cref="FormatException">The text is not a release of Talos.</exception>
    public static TalosVersion Parse(string text) =>
        TryParse(text) ?? throw new FormatException($"'{VisibleText.Of(text)}' is not a release of Talos; write it like v1.12.3");

    /// <summary>The release that a text names; null for any other text.</summary>
    public static TalosVersion? TryParse(string text) =>
        Form().Match(text) is { Success: true } form && !text.EndsWith('\n')
            ? new(text, int.Parse(form.Groups["minor"].Value, NumberStyles.None, CultureInfo.InvariantCulture))
            : null;

    /// <inheritdoc />
    public override string ToString() => Text;

    [GeneratedRegex(@"\Av1\.(?<minor>[0-9]{1,3})\.[0-9]{1,3}(-(alpha|beta|rc)\.[0-9]{1,3})?\z")]
    private static partial Regex Form();
}
