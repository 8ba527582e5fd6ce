using System.Text;

namespace Lab.GoTemplates;

/// <summary>Renders one template once.</summary>
internal sealed partial class Evaluator(IReadOnlyDictionary<string, IReadOnlyList<Node>> templates, RenderBudget budget)
{
    private const int DeepestCall = 500;
    private const int MostVariables = 1000;

    private readonly StringBuilder _output = new();
    private List<(string Name, object? Value)> _variables = [];
    private int _calls;

    private enum Flow
    {
        Next,
        Break,
        Continue,
    }

    /// <exception cref="TemplateException">It cannot be rendered.</exception>
    public string Run(object? data)
    {
        _variables.Add(("$", data));
        Walk(templates[""], data);
        return _output.ToString();
    }

    private Flow Walk(IReadOnlyList<Node> nodes, object? dot)
    {
        foreach (var node in nodes)
        {
            var flow = Walk(node, dot);
            if (flow != Flow.Next)
            {
                return flow;
            }
        }

        return Flow.Next;
    }

    private Flow Walk(Node node, object? dot)
    {
        try
        {
            budget.TakeStep();
            return node switch
            {
                TextNode text => Print(text.Text),
                ActionNode action => Act(action, dot),
                IfNode branch => Branch(branch.Pipe, branch.Then, branch.Else, dot, setsDot: false),
                WithNode branch => Branch(branch.Pipe, branch.Then, branch.Else, dot, setsDot: true),
                RangeNode range => Range(range, dot),
                CallNode call => Call(call, dot),
                BreakNode => Flow.Break,
                _ => Flow.Continue,
            };
        }
        catch (TemplateException error) when (!error.HasLine)
        {
            throw new TemplateException(error.Message, node.Line);
        }
    }

    private Flow Print(string text)
    {
        budget.TakeText(text.Length);
        _output.Append(text);
        return Flow.Next;
    }

    private Flow Act(ActionNode action, object? dot)
    {
        var value = Evaluate(action.Pipe, dot);
        if (action.Pipe.Variables.Count > 0)
        {
            return Flow.Next;
        }

        if (value is not string)
        {
            budget.TakeValue(value);
        }

        return Print(GoFormat.Printable(value));
    }

    private Flow Branch(Pipeline pipe, IReadOnlyList<Node> then, IReadOnlyList<Node> otherwise, object? dot, bool setsDot)
    {
        var scope = _variables.Count;
        var value = Evaluate(pipe, dot);
        var flow = GoValue.IsTrue(value) ? Walk(then, setsDot ? value : dot) : Walk(otherwise, dot);
        Leave(scope);
        return flow;
    }

    private Flow Range(RangeNode range, object? dot)
    {
        var scope = _variables.Count;
        var value = Evaluate(range.Pipe, dot);
        var inner = _variables.Count;
        var flow = Flow.Next;
        var any = false;
        budget.TakeText(GoValue.Length(value) ?? 0);
        foreach (var (key, element) in GoValue.Elements(value))
        {
            any = true;
            SetRangeVariables(range.Pipe, inner, key, element);
            flow = Walk(range.Body, element);
            Leave(inner);
            if (flow == Flow.Break)
            {
                break;
            }
        }

        flow = any ? Flow.Next : Walk(range.Else, dot);
        Leave(scope);
        return flow;
    }

    /// <summary>The last variable is the element; the one before it, if any, the index or key.</summary>
    private void SetRangeVariables(Pipeline pipe, int top, object? key, object? element)
    {
        var names = pipe.Variables;
        if (names.Count > 0)
        {
            SetRangeVariable(names[^1], top - 1, element, pipe.Assigns);
        }

        if (names.Count > 1)
        {
            SetRangeVariable(names[0], top - 2, key, pipe.Assigns);
        }
    }

    private void SetRangeVariable(string name, int position, object? value, bool assigns)
    {
        if (assigns)
        {
            Assign(name, value);
        }
        else
        {
            _variables[position] = (name, value);
        }
    }

    private Flow Call(CallNode call, object? dot)
    {
        if (!templates.TryGetValue(call.Name, out var nodes))
        {
            throw new TemplateException($"template \"{call.Name}\" not defined");
        }

        if (++_calls > DeepestCall)
        {
            throw new TemplateException($"exceeded maximum template depth ({DeepestCall})");
        }

        var argument = call.Pipe is null ? null : Evaluate(call.Pipe, dot);
        var variables = _variables;
        _variables = [("$", argument)];
        Walk(nodes, argument);
        _variables = variables;
        _calls--;
        return Flow.Next;
    }

    private void Leave(int scope) => _variables.RemoveRange(scope, _variables.Count - scope);

    private void Assign(string name, object? value)
    {
        var position = _variables.FindLastIndex(variable => variable.Name == name);
        _variables[position >= 0 ? position : throw new TemplateException($"undefined variable: {name}")] = (name, value);
    }
}
