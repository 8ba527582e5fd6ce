namespace Lab.GoTemplates;

/// <summary>Cuts a template into tokens: text, and what stands between <c>{{</c> and <c>}}</c>.</summary>
internal sealed partial class Lexer
{
    private const string Spaces = " \t\r\n";

    private readonly string _input;
    private readonly List<Token> _tokens = [];
    private int _position;
    private int _line = 1;
    private int _lineCountedTo;

    private Lexer(string input) => _input = input;

    /// <exception cref="TemplateException">An action, comment or constant is malformed.</exception>
    public static IReadOnlyList<Token> Tokenize(string input)
    {
        var lexer = new Lexer(input);
        lexer.Run();
        return lexer._tokens;
    }

    private ReadOnlySpan<char> Rest => _input.AsSpan(_position);

    private void Run()
    {
        while (true)
        {
            var start = _position;
            var open = _input.IndexOf("{{", _position, StringComparison.Ordinal);
            if (open < 0)
            {
                EmitText(start, _input.Length);
                _position = _input.Length;
                Emit(TokenKind.End, _position);
                return;
            }

            var trim = IsLeftTrimMarker(open + 2);
            EmitText(start, trim ? start + _input.AsSpan(start, open - start).TrimEnd(Spaces).Length : open);
            _position = open + 2;
            if (_input.AsSpan(_position + (trim ? 2 : 0)).StartsWith("/*"))
            {
                SkipComment(trim);
            }
            else
            {
                Emit(TokenKind.LeftDelimiter, open);
                _position += trim ? 2 : 0;
                Action();
            }
        }
    }

    private void SkipComment(bool trim)
    {
        var end = _input.IndexOf("*/", _position + (trim ? 4 : 2), StringComparison.Ordinal);
        if (end < 0)
        {
            throw Error("unclosed comment");
        }

        _position = end + 2;
        if (!TryCloseAction(emit: false))
        {
            throw Error("comment ends before closing delimiter");
        }
    }

    private void Action()
    {
        var depth = 0;
        while (!TryCloseAction(emit: depth == 0))
        {
            if (_position >= _input.Length)
            {
                throw Error("unclosed action");
            }

            depth += Piece();
            if (depth < 0)
            {
                throw Error("unexpected right paren");
            }
        }

        if (depth > 0)
        {
            throw Error("unclosed left paren");
        }
    }

    private bool TryCloseAction(bool emit)
    {
        var trim = Rest.Length >= 4 && Spaces.Contains(Rest[0]) && Rest[1..].StartsWith("-}}");
        if (!trim && !Rest.StartsWith("}}"))
        {
            return false;
        }

        var start = _position;
        _position += trim ? 4 : 2;
        if (emit)
        {
            Emit(TokenKind.RightDelimiter, start);
        }

        if (trim)
        {
            _position = _input.Length - Rest.TrimStart(Spaces).Length;
        }

        return true;
    }

    private bool IsLeftTrimMarker(int at) => at + 1 < _input.Length && _input[at] == '-' && Spaces.Contains(_input[at + 1]);

    private void EmitText(int start, int end)
    {
        if (end > start)
        {
            _tokens.Add(new Token(TokenKind.Text, _input[start..end], LineAt(start)));
        }
    }

    private void Emit(TokenKind kind, int start) => _tokens.Add(new Token(kind, _input[start.._position], LineAt(start)));

    private int LineAt(int position)
    {
        if (position > _lineCountedTo)
        {
            _line += _input.AsSpan(_lineCountedTo, position - _lineCountedTo).Count('\n');
            _lineCountedTo = position;
        }

        return _line;
    }

    private TemplateException Error(string message) => new(message, LineAt(Math.Min(_position, _input.Length)));
}
