namespace Lab.BootServer.Http;

/// <summary>What <c>/cloud</c> serves: a script, or YAML behind a <c>#cloud-config</c> line.</summary>
internal static class CloudConfig
{
    private const int DeepestNesting = 100;

    /// <summary>Null when the text may be served; else why not.</summary>
    public static string? Check(string text)
    {
        var end = text.IndexOf('\n');
        var firstLine = end < 0 ? text : text[..end];
        return firstLine.StartsWith("#!", StringComparison.Ordinal) ? null
            : firstLine.TrimEnd() != "#cloud-config" ? "error parsing user-data: it begins neither with #cloud-config nor with #!"
            : CheckYaml(text);
    }

    private static string? CheckYaml(string text)
    {
        try
        {
            // A client's query may be part of the text: it must not nest without end, and nothing here recurses.
            var parser = new YamlDotNet.Core.Parser(new StringReader(text));
            var depth = 0;
            while (depth < DeepestNesting && parser.MoveNext())
            {
                depth += parser.Current!.NestingIncrease;
            }

            return depth < DeepestNesting ? null : "error parsing cloud config: nested too deeply";
        }
        catch (YamlDotNet.Core.YamlException error)
        {
            return $"error parsing cloud config: {error.Message}";
        }
    }
}
