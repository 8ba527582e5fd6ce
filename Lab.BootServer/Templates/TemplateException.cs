namespace Lab.BootServer.Templates;

/// <summary>A template that cannot be parsed or rendered: what is wrong, and in which line where that is known.</summary>
internal sealed class TemplateException(string message, int line = 0) : FormatException(line > 0 ? $"line {line}: {message}" : message)
{
    public bool HasLine { get; } = line > 0;
}
