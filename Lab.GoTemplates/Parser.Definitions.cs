namespace Lab.GoTemplates;

/// <content>Named templates: their definitions and calls.</content>
internal sealed partial class Parser
{
    private CallNode Call(int line)
    {
        var name = Name("template clause");
        SkipSpace();
        if (Current.Kind == TokenKind.RightDelimiter)
        {
            _position++;
            return new CallNode(name, null, line);
        }

        return new CallNode(name, ParsePipeline("template clause", TokenKind.RightDelimiter), line);
    }

    private CallNode Block(int line)
    {
        var name = Name("block clause");
        var pipe = ParsePipeline("block clause", TokenKind.RightDelimiter);
        Body(name);
        return new CallNode(name, pipe, line);
    }

    private void Define(string context)
    {
        var name = Name(context);
        Expect(TokenKind.RightDelimiter, context);
        Body(name);
    }

    /// <summary>A template of its own: it sees none of the variables around it.</summary>
    private void Body(string name)
    {
        Descend();
        var (variables, rangeDepth) = (_variables, _rangeDepth);
        (_variables, _rangeDepth) = (["$"], 0);
        var nodes = ParseList();
        if (!Next().Is("end"))
        {
            throw Error("unexpected {{else}} in a definition");
        }

        CloseEnd(nodes);
        (_variables, _rangeDepth) = (variables, rangeDepth);
        _depth--;
        Add(name, nodes);
    }

    /// <summary>A definition that holds nothing but space gives way to another one of the same name.</summary>
    private void Add(string name, IReadOnlyList<Node> nodes)
    {
        var isEmpty = nodes.All(node => node is TextNode text && string.IsNullOrWhiteSpace(text.Text));
        if (!_templates.TryGetValue(name, out var known) || known.All(node => node is TextNode text && string.IsNullOrWhiteSpace(text.Text)))
        {
            _templates[name] = nodes;
        }
        else if (!isEmpty)
        {
            throw Error($"multiple definition of template \"{name}\"");
        }
    }
}
