namespace Lab.Model.Definition;

/// <summary>A value that editors offer where the default says too little.</summary>
/// <param name="value">As <c>lab.yaml</c> holds it; of a list, one entry.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ExampleAttribute(object value) : Attribute
{
    public object Value { get; } = value;
}
