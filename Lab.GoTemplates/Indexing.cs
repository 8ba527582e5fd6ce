namespace Lab.GoTemplates;

/// <summary><c>len</c>, <c>index</c> and <c>slice</c>. Strings count in bytes.</summary>
internal static class Indexing
{
    public static object Length(object? value) =>
        (long)(GoValue.Length(value) ?? throw new TemplateException($"error calling len: len of type {GoValue.TypeName(value)}"));

    /// <summary>The first argument indexed by the second, the result by the third, and so on.</summary>
    public static object? Index(IReadOnlyList<object?> arguments)
    {
        var value = arguments[0] ?? throw new TemplateException("error calling index: index of untyped nil");
        return arguments.Skip(1).Aggregate((object?)value, Element);
    }

    /// <summary>The part of a string or list from the second to before the third argument.</summary>
    public static object Slice(IReadOnlyList<object?> arguments)
    {
        var value = arguments[0];
        if (value is not (string or IReadOnlyList<object?>))
        {
            throw new TemplateException($"error calling slice: can't slice item of type {GoValue.TypeName(value)}");
        }

        if (arguments.Count > (value is string ? 3 : 4))
        {
            throw new TemplateException("error calling slice: too many slice indexes");
        }

        var length = GoValue.Length(value)!.Value;
        var bounds = arguments.Skip(1).Select(index => Position(index, length, inclusive: true)).ToList();
        var start = bounds.Count > 0 ? bounds[0] : 0;
        var end = bounds.Count > 1 ? bounds[1] : length;
        if (start > end || (bounds.Count > 2 && end > bounds[2]))
        {
            throw new TemplateException($"error calling slice: invalid slice index: {start} > {end}");
        }

        return value is string text
            ? GoText.Decode(GoText.Encode(text).AsSpan(start, end - start))
            : ((IReadOnlyList<object?>)value).Skip(start).Take(end - start).ToList();
    }

    private static object? Element(object? value, object? index) =>
        value switch
        {
            null => throw new TemplateException("error calling index: index of nil pointer"),
            string text => GoText.Encode(text)[Position(index, GoText.ByteCount(text), inclusive: false)],
            IReadOnlyList<object?> list => list[Position(index, list.Count, inclusive: false)],
            _ when GoValue.IsMap(value) => Entry(value, index),
            _ => throw new TemplateException($"error calling index: can't index item of type {GoValue.TypeName(value)}"),
        };

    /// <summary>A missing key has the zero value of the map's elements: "" or nil.</summary>
    private static object? Entry(object map, object? key) =>
        key is not string name ? throw new TemplateException($"error calling index: value has type {GoValue.TypeName(key)}; should be string")
        : GoValue.TryGetEntry(map, name, out var entry) ? entry
        : map is IReadOnlyDictionary<string, string> ? ""
        : null;

    private static int Position(object? index, int length, bool inclusive)
    {
        var position = index switch
        {
            long number => number,
            byte number => number,
            _ => throw new TemplateException($"cannot index slice/array with type {GoValue.TypeName(index)}"),
        };
        return position >= 0 && position < length + (inclusive ? 1 : 0) ? (int)position : throw new TemplateException($"index out of range: {position}");
    }
}
