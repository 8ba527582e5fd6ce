namespace Lab.Model.Definition;

/// <summary>A list of arguments that may be one text instead, which a shell runs.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ShellFormAttribute : Attribute
{
    /// <summary>The arguments that a text stands for.</summary>
    public static IReadOnlyList<string> Arguments(string text) => ["sh", "-c", text];
}
