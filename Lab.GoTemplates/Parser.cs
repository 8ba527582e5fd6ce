namespace Lab.GoTemplates;

/// <summary>Makes nodes of tokens, by the rules of Go's text/template/parse.</summary>
internal sealed partial class Parser
{
    private const int DeepestNesting = 500;

    private readonly IReadOnlyList<Token> _tokens;
    private readonly Dictionary<string, IReadOnlyList<Node>> _templates = new(StringComparer.Ordinal);
    private List<string> _variables = ["$"];
    private int _position;
    private int _rangeDepth;
    private int _depth;

    private Parser(IReadOnlyList<Token> tokens) => _tokens = tokens;

    /// <summary>The templates by name; the text's own is "".</summary>
    /// <exception cref="TemplateException">The text is no template.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<Node>> Parse(string text)
    {
        var parser = new Parser(Lexer.Tokenize(text));
        parser.ParseTop();
        return parser._templates;
    }

    private Token Current => _tokens[_position];

    private void ParseTop()
    {
        List<Node> nodes = [];
        while (Current.Kind != TokenKind.End)
        {
            if (Current.Kind == TokenKind.LeftDelimiter && PeekAfterSpace(1).Is("define"))
            {
                _position++;
                SkipSpace();
                _position++;
                Define("define clause");
            }
            else if (ParseNode() is { } node)
            {
                nodes.Add(node);
            }
            else
            {
                throw Unexpected("input");
            }
        }

        Add("", nodes);
    }

    /// <summary>The nodes up to an <c>{{end}}</c> or <c>{{else}}</c>, whose keyword is then the current token.</summary>
    private List<Node> ParseList()
    {
        List<Node> nodes = [];
        while (ParseNode() is { } node)
        {
            nodes.Add(node);
        }

        return nodes;
    }

    /// <summary>Null in front of <c>end</c> or <c>else</c>.</summary>
    private Node? ParseNode()
    {
        var token = Next();
        if (token.Kind == TokenKind.Text)
        {
            return new TextNode(token.Text, token.Line);
        }

        if (token.Kind != TokenKind.LeftDelimiter)
        {
            throw new TemplateException(token.Kind == TokenKind.End ? "unexpected EOF" : $"unexpected {token.Text}", token.Line);
        }

        SkipSpace();
        var keyword = Current;
        if (keyword.Is("end") || keyword.Is("else"))
        {
            return null;
        }

        _position += keyword.Kind == TokenKind.Keyword ? 1 : 0;
        return keyword.Kind == TokenKind.Keyword ? ParseKeyword(keyword) : Action(keyword.Line);
    }

    private Node ParseKeyword(Token keyword) =>
        keyword.Text switch
        {
            "if" => If(keyword.Line),
            "with" => With(keyword.Line),
            "range" => Range(keyword.Line),
            "template" => Call(keyword.Line),
            "block" => Block(keyword.Line),
            "break" => LeaveRange(new BreakNode(keyword.Line)),
            "continue" => LeaveRange(new ContinueNode(keyword.Line)),
            _ => throw new TemplateException($"unexpected {{{{{keyword.Text}}}}}", keyword.Line),
        };

    private ActionNode Action(int line) => new(ParsePipeline("command", TokenKind.RightDelimiter), line);

    private IfNode If(int line)
    {
        var (pipe, then, otherwise) = Control("if");
        return new IfNode(pipe, then, otherwise, line);
    }

    private WithNode With(int line)
    {
        var (pipe, then, otherwise) = Control("with");
        return new WithNode(pipe, then, otherwise, line);
    }

    private RangeNode Range(int line)
    {
        var (pipe, body, otherwise) = Control("range");
        return new RangeNode(pipe, body, otherwise, line);
    }

    private (Pipeline Pipe, List<Node> Then, List<Node> Else) Control(string keyword)
    {
        Descend();
        var scope = _variables.Count;
        var pipe = ParsePipeline(keyword, TokenKind.RightDelimiter);
        _rangeDepth += keyword == "range" ? 1 : 0;
        var then = ParseList();
        _rangeDepth -= keyword == "range" ? 1 : 0;
        var otherwise = Next().Is("else") ? Else(keyword) : CloseEnd([]);
        _variables.RemoveRange(scope, _variables.Count - scope);
        _depth--;
        return (pipe, then, otherwise);
    }

    /// <summary>Counts what is open: a text of nothing but openings must not exhaust the stack.</summary>
    private void Descend()
    {
        if (++_depth > DeepestNesting)
        {
            throw Error("nested too deeply");
        }
    }

    /// <summary><c>{{else}}</c>, or <c>{{else if}}</c> (<c>{{else with}}</c>), which shares the one <c>{{end}}</c>.</summary>
    private List<Node> Else(string keyword)
    {
        SkipSpace();
        if (keyword != "range" && Current.Is(keyword))
        {
            var nested = Next();
            return [keyword == "if" ? If(nested.Line) : With(nested.Line)];
        }

        Expect(TokenKind.RightDelimiter, "else");
        var nodes = ParseList();
        return Next().Is("end") ? CloseEnd(nodes) : throw Error("expected end; found {{else}}");
    }

    private List<Node> CloseEnd(List<Node> nodes)
    {
        Expect(TokenKind.RightDelimiter, "end");
        return nodes;
    }

    private Node LeaveRange(Node node)
    {
        Expect(TokenKind.RightDelimiter, "{{break}} or {{continue}}");
        return _rangeDepth > 0 ? node : throw new TemplateException("{{break}} or {{continue}} outside {{range}}", node.Line);
    }
}
