using Lab.Model;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lab.CommandLine;

/// <summary>Escapes what texts of tables and lines hold, and leaves the console's own sequences alone.</summary>
public sealed class VisibleSegments : IRenderHook
{
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) => renderables.Select(inner => new Visible(inner));

    private sealed class Visible(IRenderable inner) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => inner.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
            inner
                .Render(options, maxWidth)
                .Select(segment => segment.IsControlCode || segment.IsLineBreak ? segment : new Segment(VisibleText.Of(segment.Text), segment.Style));
    }
}
