namespace Lab.BootServer.Http;

/// <summary>What <c>/cloud</c> serves: a script, or YAML behind a <c>#cloud-config</c> line.</summary>
internal static class CloudConfig
{
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
            var stream = new YamlDotNet.RepresentationModel.YamlStream();
            stream.Load(new StringReader(text));
            return null;
        }
        catch (YamlDotNet.Core.YamlException error)
        {
            return $"error parsing cloud config: {error.Message}";
        }
    }
}
