namespace Lab.GoTemplates;

/// <summary>A template that cannot be parsed or rendered: what is wrong, and in which line where that is known.</summary>
public sealed class TemplateException(string message, int line = 0) : FormatException(line > 0 ? $"line {line}: {message}" : message)
{
    internal bool HasLine { get; } = line > 0;
}
