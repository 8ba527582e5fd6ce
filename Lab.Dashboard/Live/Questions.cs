using Lab.Model.Resources;
using Lab.Runtime.State;

namespace Lab.Dashboard.Live;

/// <summary>The question that is asked before a command that needs one; the layout shows it.</summary>
public sealed class Questions
{
    /// <summary>Raised when a question is to be asked.</summary>
    public event Action<Question>? Asked;

    /// <summary>Asks.</summary>
    public void Ask(Question question) => Asked?.Invoke(question);
}

/// <summary>A command that waits for a yes.</summary>
/// <param name="Resource">What it is done to.</param>
/// <param name="Command">What is done.</param>
/// <param name="Yes">Does it.</param>
public sealed record Question(ResourceSnapshot Resource, ResourceCommand Command, Func<Task> Yes);
