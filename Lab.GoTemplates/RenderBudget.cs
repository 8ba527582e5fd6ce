using System.Runtime.CompilerServices;

namespace Lab.GoTemplates;

/// <summary>What one rendering may cost. Whoever makes or reads text, or goes a step, takes it from here first.</summary>
internal sealed class RenderBudget(CancellationToken cancellationToken)
{
    /// <summary>Characters of output and of all that functions read and make on the way to it.</summary>
    public const int LargestText = 16 * 1024 * 1024;

    /// <summary>Nodes and commands.</summary>
    public const int MostSteps = 2_000_000;

    /// <summary>Lists and maps within each other that are printed.</summary>
    public const int DeepestValue = 100;

    private const int BetweenLooks = 1024;

    private long _text = LargestText;
    private int _steps = MostSteps;
    private int _untilLook = BetweenLooks;

    /// <summary>One step.</summary>
    /// <exception cref="TemplateException">It is one too many, or nested so deep that the stack would not hold it.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits for the text any more.</exception>
    public void TakeStep()
    {
        if (--_steps < 0)
        {
            throw new TemplateException($"takes too much: more than {MostSteps} steps");
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateException("nested too deeply");
        }

        Look(1);
    }

    /// <summary>So many characters, bytes or elements.</summary>
    /// <inheritdoc cref="TakeStep" path="/exception"/>
    public void TakeText(long length)
    {
        _text -= length;
        if (_text < 0)
        {
            throw new TemplateException($"takes too much: more than {LargestText} characters of text");
        }

        Look(length);
    }

    /// <summary>What there is of a value when it is printed.</summary>
    /// <inheritdoc cref="TakeStep" path="/exception"/>
    public void TakeValue(object? value, int depth = 0)
    {
        if (depth > DeepestValue)
        {
            throw new TemplateException($"a value is nested more than {DeepestValue} deep");
        }

        TakeText(value is string text ? text.Length : GoValue.Length(value) ?? 1);
        if (value is IReadOnlyList<object?> list)
        {
            foreach (var element in list)
            {
                TakeValue(element, depth + 1);
            }
        }
        else if (GoValue.IsMap(value))
        {
            foreach (var (key, element) in GoValue.Entries(value))
            {
                TakeText(key.Length);
                TakeValue(element, depth + 1);
            }
        }
    }

    private void Look(long passed)
    {
        if (passed < _untilLook)
        {
            _untilLook -= (int)passed;
            return;
        }

        _untilLook = BetweenLooks;
        cancellationToken.ThrowIfCancellationRequested();
    }
}
