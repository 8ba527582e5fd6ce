namespace Lab.GoTemplates;

/// <summary>Values as Go source: <c>%#v</c>.</summary>
internal static class GoSyntax
{
    public static string Write(object? value) =>
        value switch
        {
            null => "<nil>",
            string text => PrintfString.Quote(text),
            byte number => $"0x{number:x}",
            IReadOnlyList<object?> list => $"{GoValue.TypeName(list)}{{{string.Join(", ", list.Select(Element))}}}",
            _ when GoValue.IsMap(value) =>
                $"{GoValue.TypeName(value)}{{{string.Join(", ", GoValue.SortedEntries(value)
            .Select(entry => $"{PrintfString.Quote(entry.Key)}:{Element(entry.Value)}"))}}}",
            _ => GoFormat.Value(value),
        };

    private static string Element(object? value) => value is null ? "interface {}(nil)" : Write(value);
}
