using System.Text;
using Lab.Model;

namespace Lab.CommandLine;

/// <summary>Writes what programs and other people have named with what a terminal would obey as escapes.</summary>
public sealed class VisibleWriter(TextWriter terminal) : TextWriter
{
    public override Encoding Encoding => terminal.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void Write(string? value) => terminal.Write(VisibleText.Of(value ?? ""));

    public override void WriteLine(string? value) => terminal.WriteLine(VisibleText.Of(value ?? ""));

    public override void Flush() => terminal.Flush();

    public override Task FlushAsync() => terminal.FlushAsync();
}
