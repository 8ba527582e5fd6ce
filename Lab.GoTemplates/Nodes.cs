namespace Lab.GoTemplates;

/// <summary>Something that writes output or directs what does.</summary>
/// <param name="Line">Where it begins, from 1.</param>
internal abstract record Node(int Line);

internal sealed record TextNode(string Text, int Line) : Node(Line);

/// <summary>Prints a pipeline's value, or declares variables.</summary>
internal sealed record ActionNode(Pipeline Pipe, int Line) : Node(Line);

internal sealed record IfNode(Pipeline Pipe, IReadOnlyList<Node> Then, IReadOnlyList<Node> Else, int Line) : Node(Line);

/// <summary>As <see cref="IfNode"/>, with the dot set to the value.</summary>
internal sealed record WithNode(Pipeline Pipe, IReadOnlyList<Node> Then, IReadOnlyList<Node> Else, int Line) : Node(Line);

internal sealed record RangeNode(Pipeline Pipe, IReadOnlyList<Node> Body, IReadOnlyList<Node> Else, int Line) : Node(Line);

/// <summary>Renders a defined template with the pipeline's value as dot.</summary>
internal sealed record CallNode(string Name, Pipeline? Pipe, int Line) : Node(Line);

internal sealed record BreakNode(int Line) : Node(Line);

internal sealed record ContinueNode(int Line) : Node(Line);

/// <summary>Commands, each of which gets the value of the one before as its last argument.</summary>
/// <param name="Variables">Those that get the value.</param>
/// <param name="Assigns">Whether they exist already.</param>
/// <param name="Commands">At least one.</param>
/// <param name="Line">Where it begins.</param>
internal sealed record Pipeline(IReadOnlyList<string> Variables, bool Assigns, IReadOnlyList<Command> Commands, int Line);

/// <summary>An operand, or a function and its arguments.</summary>
internal sealed record Command(IReadOnlyList<Operand> Operands, int Line);

/// <summary>Something that has a value.</summary>
internal abstract record Operand;

internal sealed record DotOperand : Operand;

internal sealed record NilOperand : Operand;

/// <summary>A bool, long, double or string.</summary>
internal sealed record ConstantOperand(object Value) : Operand;

internal sealed record FunctionOperand(string Name) : Operand;

/// <summary>The fields' values, one of the other; <see cref="Of"/> is null for those of the dot.</summary>
internal sealed record FieldOperand(Operand? Of, IReadOnlyList<string> Names) : Operand;

internal sealed record VariableOperand(string Name) : Operand;

/// <summary>A pipeline in parentheses.</summary>
internal sealed record PipelineOperand(Pipeline Pipe) : Operand;
