using System.Text;

namespace Lab.Emulation.Linux;

/// <summary>Makes lines of text that comes in pieces. One without an end is cut: what writes it, a machine or a script, may never end it.</summary>
/// <param name="write">Gets each line, without its end.</param>
public sealed class LineSplitter(Action<string> write)
{
    /// <summary>Where a line is cut, in characters.</summary>
    public const int LongestLine = 16 * 1024;

    private readonly StringBuilder _line = new();

    /// <summary>Takes a piece in.</summary>
    public void Append(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (character is '\n')
            {
                Write();
                continue;
            }

            if (_line.Length >= LongestLine && !char.IsLowSurrogate(character))
            {
                Write();
            }

            _line.Append(character);
        }
    }

    /// <summary>Nothing more comes: what has no end ends here.</summary>
    public void End()
    {
        if (_line.Length > 0)
        {
            Write();
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        var buffer = new char[8 * 1024];
        while (await reader.ReadAsync(buffer, cancellationToken) is > 0 and var length)
        {
            Append(buffer.AsSpan(0, length));
        }

        End();
    }

    private void Write()
    {
        if (_line.Length > 0 && _line[^1] == '\r')
        {
            _line.Length--;
        }

        write(_line.ToString());
        _line.Clear();
    }
}
