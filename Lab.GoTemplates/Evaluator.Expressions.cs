namespace Lab.GoTemplates;

/// <content>Values of pipelines and operands.</content>
internal sealed partial class Evaluator
{
    /// <summary>Stands for "no value comes through the pipeline"; null is a value.</summary>
    private static readonly object Nothing = new();

    private object? Evaluate(Pipeline pipe, object? dot)
    {
        var value = Nothing;
        foreach (var command in pipe.Commands)
        {
            value = Evaluate(command, dot, value);
        }

        foreach (var name in pipe.Variables)
        {
            if (pipe.Assigns)
            {
                Assign(name, value);
            }
            else
            {
                Declare(name, value);
            }
        }

        return value;
    }

    private object? Evaluate(Command command, object? dot, object? final)
    {
        budget.TakeStep();
        var first = command.Operands[0];
        if (first is FunctionOperand function)
        {
            return Invoke(function.Name, command.Operands.Skip(1), dot, final);
        }

        if (command.Operands.Count > 1 || final != Nothing)
        {
            throw new TemplateException("can't give argument to non-function");
        }

        return first is NilOperand ? throw new TemplateException("nil is not a command") : Evaluate(first, dot);
    }

    private object? Evaluate(Operand operand, object? dot) =>
        operand switch
        {
            DotOperand => dot,
            NilOperand => null,
            ConstantOperand constant => constant.Value,
            FunctionOperand function => Invoke(function.Name, [], dot, Nothing),
            VariableOperand variable => Variable(variable.Name),
            PipelineOperand parenthesis => Evaluate(parenthesis.Pipe, dot),
            FieldOperand field => Fields(field.Of is null ? dot : Evaluate(field.Of, dot), field.Names),
            _ => throw new TemplateException("unknown operand"),
        };

    private void Declare(string name, object? value)
    {
        if (_variables.Count >= MostVariables)
        {
            throw new TemplateException($"takes too much: more than {MostVariables} variables");
        }

        _variables.Add((name, value));
    }

    private object? Variable(string name)
    {
        var position = _variables.FindLastIndex(variable => variable.Name == name);
        return position >= 0 ? _variables[position].Value : throw new TemplateException($"undefined variable: {name}");
    }

    private static object? Fields(object? value, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            value = value switch
            {
                null => throw new TemplateException($"nil data; no entry for key \"{name}\""),
                _ when GoValue.TryGetEntry(value, name, out var entry) => entry,
                _ when GoValue.IsMap(value) => throw new TemplateException($"map has no entry for key \"{name}\""),
                _ => throw new TemplateException($"can't evaluate field {name} in type {GoValue.TypeName(value)}"),
            };
        }

        return value;
    }

    private object? Invoke(string name, IEnumerable<Operand> operands, object? dot, object? final)
    {
        if (name is "and" or "or")
        {
            return ShortCircuit(name, [.. operands], dot, final);
        }

        List<object?> arguments = [.. operands.Select(operand => Evaluate(operand, dot))];
        if (final != Nothing)
        {
            arguments.Add(final);
        }

        return Builtins.Call(name, arguments, budget);
    }

    /// <summary>The first argument that decides, else the last one; those behind it are not evaluated.</summary>
    private object? ShortCircuit(string name, IReadOnlyList<Operand> operands, object? dot, object? final)
    {
        if (operands.Count == 0 && final == Nothing)
        {
            throw new TemplateException($"wrong number of args for {name}: want at least 1 got 0");
        }

        object? value = null;
        foreach (var operand in operands)
        {
            value = Evaluate(operand, dot);
            if (GoValue.IsTrue(value) == (name == "or"))
            {
                return value;
            }
        }

        return final == Nothing ? value : final;
    }
}
