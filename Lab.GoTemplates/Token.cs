namespace Lab.GoTemplates;

/// <summary>A piece of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As written.</param>
/// <param name="Line">Where it begins, from 1.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Line)
{
    /// <summary>Whether it is this keyword.</summary>
    public bool Is(string keyword) => Kind == TokenKind.Keyword && Text == keyword;
}

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    End,
    Text,
    LeftDelimiter,
    RightDelimiter,
    Space,
    Bool,
    Character,
    Number,
    String,
    RawString,
    Identifier,
    Keyword,
    Field,
    Variable,
    Dot,
    Nil,
    Pipe,
    Declare,
    Assign,
    Comma,
    LeftParenthesis,
    RightParenthesis,
}
