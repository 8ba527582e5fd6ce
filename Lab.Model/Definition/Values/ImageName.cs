using System.Text.RegularExpressions;

namespace Lab.Model.Definition;

/// <summary>An image by its name: a release of Talos, a reference of a registry, a word, or the path of a folder.</summary>
public sealed partial record ImageName
{
    /// <summary>The form accepted in <c>lab.yaml</c>.</summary>
    internal const string Pattern = $@"^({TextForms.Image}|(\.{{0,2}}/|\.{{1,2}}$)[^\x00-\x1f\x7f]{{0,4095}})$";

    private ImageName(string text) => Text = text;

    /// <summary>As it is written.</summary>
    public string Text { get; }

    /// <summary>True for a folder: it begins with <c>/</c>, <c>./</c> or <c>../</c>.</summary>
    public bool IsFolder => Text[0] is '.' or '/';

    /// <summary>Reads <c>v1.12.3</c>, <c>ghcr.io/owner/name:tag</c>, <c>stand-in</c> or <c>./folder</c>.</summary>
    /// <exception cref="FormatException">The text is none of them.</exception>
    public static ImageName Parse(string text) =>
        Form().IsMatch(text) && !text.EndsWith('\n') ? new(text) : throw new FormatException($"'{text}' cannot name an image");

    /// <summary>With an absolute path.</summary>
    /// <param name="folder">Where a relative one begins.</param>
    public ImageName In(string folder) => IsFolder ? new(Path.GetFullPath(Text, folder)) : this;

    /// <inheritdoc />
    public override string ToString() => Text;

    [GeneratedRegex(Pattern)]
    private static partial Regex Form();
}
