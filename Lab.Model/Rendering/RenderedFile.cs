namespace Lab.Model.Rendering;

/// <summary>A text file made from a definition.</summary>
/// <param name="Path">Relative, with forward slashes.</param>
/// <param name="Content">Lines end with a line feed.</param>
public sealed record RenderedFile(string Path, string Content)
{
    /// <summary>True when only the owner may read it.</summary>
    public bool IsSecret { get; init; }
}
