using System.Text;

namespace Lab.GoTemplates;

/// <content>The inside of an action.</content>
internal sealed partial class Lexer
{
    private static readonly HashSet<string> Keywords = ["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"];

    /// <summary>Takes one token; returns by how much it changes the depth of parentheses.</summary>
    private int Piece()
    {
        var start = _position;
        var character = _input[_position++];
        switch (character)
        {
            case var _ when Spaces.Contains(character):
                TakeSpace(start);
                return 0;
            case '=':
                Emit(TokenKind.Assign, start);
                return 0;
            case ':':
                _position += Rest.StartsWith("=") ? 1 : throw Error("expected :=");
                Emit(TokenKind.Declare, start);
                return 0;
            case '|':
                Emit(TokenKind.Pipe, start);
                return 0;
            case ',':
                Emit(TokenKind.Comma, start);
                return 0;
            case '(':
                Emit(TokenKind.LeftParenthesis, start);
                return 1;
            case ')':
                Emit(TokenKind.RightParenthesis, start);
                return -1;
            default:
                TakeOperand(start, character);
                return 0;
        }
    }

    private void TakeOperand(int start, char character)
    {
        switch (character)
        {
            case '"':
                TakeQuoted(start, '"', TokenKind.String, "unterminated quoted string");
                break;
            case '\'':
                TakeQuoted(start, '\'', TokenKind.Character, "unterminated character constant");
                break;
            case '`':
                TakeRaw(start);
                break;
            case '$':
                TakeName(start, TokenKind.Variable, TokenKind.Variable);
                break;
            case '.' when _position >= _input.Length || !char.IsAsciiDigit(_input[_position]):
                TakeName(start, TokenKind.Field, TokenKind.Dot);
                break;
            case '.' or '+' or '-' or (>= '0' and <= '9'):
                _position = start;
                TakeNumber(start);
                break;
            default:
                _position = start;
                TakeWord(start);
                break;
        }
    }

    private void TakeSpace(int start)
    {
        while (_position < _input.Length && Spaces.Contains(_input[_position]))
        {
            _position++;
        }

        // The last space may belong to a closing " -}}".
        if (Rest.StartsWith("-}}"))
        {
            _position--;
        }

        if (_position > start)
        {
            Emit(TokenKind.Space, start);
        }
    }

    private void TakeQuoted(int start, char quote, TokenKind kind, string unterminated)
    {
        while (true)
        {
            if (_position >= _input.Length || _input[_position] == '\n')
            {
                throw Error(unterminated);
            }

            var character = _input[_position++];
            if (character == quote)
            {
                Emit(kind, start);
                return;
            }

            if (character == '\\' && (_position >= _input.Length || _input[_position++] == '\n'))
            {
                throw Error(unterminated);
            }
        }
    }

    private void TakeRaw(int start)
    {
        var end = _input.IndexOf('`', _position);
        _position = end >= 0 ? end + 1 : throw Error("unterminated raw quoted string");
        Emit(TokenKind.RawString, start);
    }

    /// <summary>The name after a dot or a dollar sign; without one the sign stands for itself.</summary>
    private void TakeName(int start, TokenKind named, TokenKind bare)
    {
        var nameStart = _position;
        SkipName();
        ExpectTerminator();
        Emit(_position > nameStart ? named : bare, start);
    }

    private void TakeWord(int start)
    {
        SkipName();
        if (_position == start)
        {
            throw Error($"unrecognized character in action: {_input[start]}");
        }

        ExpectTerminator();
        var word = _input[start.._position];
        Emit(
            word switch
            {
                "true" or "false" => TokenKind.Bool,
                "nil" => TokenKind.Nil,
                _ when Keywords.Contains(word) => TokenKind.Keyword,
                _ => TokenKind.Identifier,
            },
            start
        );
    }

    private void TakeNumber(int start)
    {
        _position = start + NumberSyntax.Length(Rest);
        if (_position < _input.Length && (IsNameRune(out _) || _input[_position] is '+' or '-'))
        {
            throw Error("bad number syntax");
        }

        Emit(TokenKind.Number, start);
    }

    private void SkipName()
    {
        while (_position < _input.Length && IsNameRune(out var length))
        {
            _position += length;
        }
    }

    private bool IsNameRune(out int length) =>
        Rune.DecodeFromUtf16(Rest, out var rune, out length) == System.Buffers.OperationStatus.Done
        && (rune.Value == '_' || Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.DecimalDigitNumber);

    private void ExpectTerminator()
    {
        if (_position < _input.Length && !(Spaces + ".,|:)(").Contains(_input[_position]) && !Rest.StartsWith("}}"))
        {
            throw Error($"bad character {_input[_position]}");
        }
    }
}
