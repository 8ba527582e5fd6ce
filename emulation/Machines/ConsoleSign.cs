using System.Text;
using System.Text.RegularExpressions;
using Lab.Emulation.Linux;

namespace Lab.Emulation.Machines;

/// <summary>Looks for a sign in what a machine writes to its serial console, in prompts too: what has not ended with a line end yet.</summary>
/// <param name="expression">What is looked for; takes linear time.</param>
/// <param name="found">Gets the first text that matches, once.</param>
internal sealed class ConsoleSign(Regex expression, Action<string> found)
{
    private readonly StringBuilder _line = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private bool _isFound;

    /// <summary>Takes in what was written.</summary>
    public void Read(ReadOnlySpan<byte> written)
    {
        if (_isFound)
        {
            return;
        }

        var text = new char[written.Length + 1];
        foreach (var character in text.AsSpan(0, _decoder.GetChars(written, text, flush: false)))
        {
            if (character == '\n' || _line.Length >= LineSplitter.LongestLine)
            {
                Look();
                _line.Clear();
            }

            if (character != '\n')
            {
                _line.Append(character);
            }
        }

        Look();
    }

    private void Look()
    {
        if (!_isFound && ConsoleReader.Plain(_line.ToString()) is { Length: > 0 } line && expression.IsMatch(line))
        {
            _isFound = true;
            found(line);
        }
    }
}
