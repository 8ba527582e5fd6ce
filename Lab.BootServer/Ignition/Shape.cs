namespace Lab.BootServer.Ignition;

/// <summary>The fields of a JSON object in the order in which they are written.</summary>
internal sealed record Shape(params IReadOnlyList<Field> Fields);

/// <summary>One field of an Ignition object.</summary>
/// <param name="Name">Its JSON name.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Presence">When it is written.</param>
/// <param name="Since">The minor version of spec 3 that brought it.</param>
/// <param name="Shape">The object's (or the list elements') own fields.</param>
internal sealed record Field(string Name, ValueKind Kind, Presence Presence, int Since = 0, Shape? Shape = null)
{
    /// <summary>Always written.</summary>
    public static Field Required(string name) => new(name, ValueKind.String, Presence.Always);

    public static Field Text(string name, int since = 0) => new(name, ValueKind.String, Presence.IfGiven, since);

    public static Field Number(string name, int since = 0) => new(name, ValueKind.Integer, Presence.IfGiven, since);

    public static Field Flag(string name, int since = 0) => new(name, ValueKind.Bool, Presence.IfGiven, since);

    /// <summary>An object that is written even when it is empty.</summary>
    public static Field Object(string name, Shape shape, int since = 0) => new(name, ValueKind.Object, Presence.Always, since, shape);

    /// <summary>A list of objects, left out when it is empty.</summary>
    public static Field Objects(string name, Shape shape, int since = 0) => new(name, ValueKind.Objects, Presence.IfNotEmpty, since, shape);

    /// <summary>A list of strings, left out when it is empty.</summary>
    public static Field Texts(string name, int since = 0) => new(name, ValueKind.Strings, Presence.IfNotEmpty, since);
}

/// <summary>What a field holds.</summary>
internal enum ValueKind
{
    String,
    Integer,
    Bool,
    Strings,
    Object,
    Objects,
}

/// <summary>When a field is written.</summary>
internal enum Presence
{
    Always,
    IfGiven,
    IfNotEmpty,
}
