namespace Lab.GoTemplates;

/// <content>Pipelines and what they are made of.</content>
internal sealed partial class Parser
{
    private Pipeline ParsePipeline(string context, TokenKind end)
    {
        SkipSpace();
        var line = Current.Line;
        var (variables, assigns) = Declarations(context);
        List<Command> commands = [];
        while (true)
        {
            SkipSpace();
            if (Current.Kind == end)
            {
                _position++;
                Check(commands, context);
                return new Pipeline(variables, assigns, commands, line);
            }

            commands.Add(ParseCommand(context));
        }
    }

    private (List<string> Variables, bool Assigns) Declarations(string context)
    {
        List<string> variables = [];
        while (Current.Kind == TokenKind.Variable)
        {
            var next = PeekAfterSpace(1);
            if (next.Kind is TokenKind.Assign or TokenKind.Declare)
            {
                Declare(variables);
                return (variables, next.Kind == TokenKind.Assign);
            }

            if (next.Kind != TokenKind.Comma)
            {
                return (variables, false);
            }

            Declare(variables);
            if (context != "range" || variables.Count > 1)
            {
                throw Error($"too many declarations in {context}");
            }

            if (Current.Kind is not (TokenKind.Variable or TokenKind.RightDelimiter or TokenKind.RightParenthesis))
            {
                throw Error("range can only initialize variables");
            }
        }

        return (variables, false);
    }

    /// <summary>Takes a variable and the sign behind it.</summary>
    private void Declare(List<string> variables)
    {
        variables.Add(Current.Text);
        _variables.Add(Current.Text);
        _position++;
        SkipSpace();
        _position++;
        SkipSpace();
    }

    private void Check(List<Command> commands, string context)
    {
        if (commands.Count == 0)
        {
            throw Error($"missing value for {context}");
        }

        if (commands.Skip(1).Any(command => command.Operands[0] is DotOperand or NilOperand or ConstantOperand))
        {
            throw Error("non executable command in pipeline");
        }
    }

    private Command ParseCommand(string context)
    {
        var line = Current.Line;
        List<Operand> operands = [];
        while (true)
        {
            SkipSpace();
            if (ParseOperand() is { } operand)
            {
                operands.Add(operand);
            }

            if (Current.Kind == TokenKind.Space)
            {
                continue;
            }

            if (Current.Kind == TokenKind.Pipe)
            {
                _position++;
            }
            else if (Current.Kind is not (TokenKind.RightDelimiter or TokenKind.RightParenthesis))
            {
                throw Unexpected("operand");
            }

            return operands.Count > 0 ? new Command(operands, line) : throw Error($"empty command in {context}");
        }
    }

    private Token Next() => _tokens[_position < _tokens.Count - 1 ? _position++ : _position];

    private Token PeekAfterSpace(int ahead)
    {
        var position = Math.Min(_position + ahead, _tokens.Count - 1);
        return _tokens[position].Kind == TokenKind.Space ? _tokens[position + 1] : _tokens[position];
    }

    private void SkipSpace()
    {
        while (Current.Kind == TokenKind.Space)
        {
            _position++;
        }
    }

    private void Expect(TokenKind kind, string context)
    {
        SkipSpace();
        if (Next().Kind != kind)
        {
            _position--;
            throw Unexpected(context);
        }
    }

    private TemplateException Unexpected(string context) => Error($"unexpected \"{Current.Text}\" in {context}");

    private TemplateException Error(string message) => new(message, Current.Line);
}
