namespace Lab.GoTemplates;

/// <content>What has a value.</content>
internal sealed partial class Parser
{
    private Operand? ParseOperand()
    {
        var operand = ParseTerm();
        if (operand is null || Current.Kind != TokenKind.Field)
        {
            return operand;
        }

        if (operand is DotOperand or NilOperand or ConstantOperand)
        {
            throw Error("unexpected . after term");
        }

        List<string> names = [];
        while (Current.Kind == TokenKind.Field)
        {
            names.Add(Next().Text[1..]);
        }

        return operand is FieldOperand { Of: null } field ? new FieldOperand(null, [.. field.Names, .. names]) : new FieldOperand(operand, names);
    }

    private Operand? ParseTerm()
    {
        var token = Current;
        if (token.Kind is TokenKind.Space or TokenKind.Pipe or TokenKind.RightDelimiter or TokenKind.RightParenthesis or TokenKind.End)
        {
            return null;
        }

        _position++;
        return token.Kind switch
        {
            TokenKind.Dot => new DotOperand(),
            TokenKind.Nil => new NilOperand(),
            TokenKind.Bool => new ConstantOperand(token.Text == "true"),
            TokenKind.Number => Constant(NumberSyntax.Parse(token.Text), token),
            TokenKind.Character => Constant(QuotedSyntax.Character(token.Text), token),
            TokenKind.String => Constant(QuotedSyntax.Unquote(token.Text), token),
            TokenKind.RawString => new ConstantOperand(token.Text[1..^1].Replace("\r", "")),
            TokenKind.Field => new FieldOperand(null, [token.Text[1..]]),
            TokenKind.Variable => Variable(token),
            TokenKind.Identifier => Function(token),
            TokenKind.LeftParenthesis => Parenthesis(),
            _ => throw new TemplateException($"unexpected {token.Text}", token.Line),
        };
    }

    private static ConstantOperand Constant(object? value, Token token) =>
        new(value ?? throw new TemplateException($"malformed constant {token.Text}", token.Line));

    private VariableOperand Variable(Token token) =>
        _variables.Contains(token.Text) ? new VariableOperand(token.Text) : throw new TemplateException($"undefined variable {token.Text}", token.Line);

    private static FunctionOperand Function(Token token) =>
        Builtins.Functions.ContainsKey(token.Text)
            ? new FunctionOperand(token.Text)
            : throw new TemplateException($"function \"{token.Text}\" not defined", token.Line);

    private PipelineOperand Parenthesis()
    {
        Descend();
        var pipe = ParsePipeline("parenthesized pipeline", TokenKind.RightParenthesis);
        _depth--;
        return new PipelineOperand(pipe);
    }

    private string Name(string context)
    {
        SkipSpace();
        var token = Next();
        return token.Kind switch
        {
            TokenKind.String => (string)Constant(QuotedSyntax.Unquote(token.Text), token).Value,
            TokenKind.RawString => token.Text[1..^1],
            _ => throw new TemplateException($"unexpected {token.Text} in {context}", token.Line),
        };
    }
}
