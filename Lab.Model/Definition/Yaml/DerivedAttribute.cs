namespace Lab.Model.Definition;

/// <summary>A value that every definition has and that follows from others where the file does not say it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DerivedAttribute : Attribute;
