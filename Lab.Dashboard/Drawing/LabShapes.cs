namespace Lab.Dashboard.Drawing;

/// <summary>A part of the picture.</summary>
/// <param name="Kind">Class name of the style sheet: <c>vpc</c>, <c>subnet</c>, <c>bastion</c>, <c>service</c>, <c>node</c>, <c>gateway</c>, <c>internet</c>, <c>emulator</c>, <c>fact</c>.</param>
/// <param name="X">Left edge, in units of the picture, which are pixels at its full size.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
/// <param name="Title">First line.</param>
/// <param name="Subtitle">Second line; null for none.</param>
public sealed record Shape(string Kind, double X, double Y, double Width, double Height, string Title, string? Subtitle = null)
{
    /// <summary>The resource whose state it shows; null for what exists on AWS only.</summary>
    public string? Resource { get; init; }
}

/// <summary>A way that packets take.</summary>
/// <param name="Kind">Class name of the style sheet: <c>route</c> (on AWS) or <c>boot</c> (here and there).</param>
/// <param name="Path">The line, as SVG path data.</param>
/// <param name="Label">What it says; null for nothing.</param>
/// <param name="LabelX">Where the label begins.</param>
/// <param name="LabelY">Base line of the label.</param>
public sealed record Way(string Kind, string Path, string? Label = null, double LabelX = 0, double LabelY = 0);
