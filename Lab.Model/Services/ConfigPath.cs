namespace Lab.Model.Services;

/// <summary>A path in a configuration file that somebody else reads: dnsmasq's (<c>read_file</c> of its option.c) or YAML. Both know double quotes with backslashes in them.</summary>
public static class ConfigPath
{
    /// <summary>The path in quotes, or as it is where no character of it can mean anything else.</summary>
    public static string Quote(string path) =>
        path.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '_' or '-')
            ? path
            : $"\"{path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
