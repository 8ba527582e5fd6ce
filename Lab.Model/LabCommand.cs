namespace Lab.Model;

/// <summary>How the program <c>lab</c> is run here, for messages that name a command to copy.</summary>
public static class LabCommand
{
    /// <summary>In a clone that is <c>dotnet run</c>; elsewhere the program is installed and has its own name.</summary>
    public static string Program { get; } = IsInSources(AppContext.BaseDirectory) ? "dotnet run --project Lab.Cli --" : "lab";

    /// <summary>A whole command: <c>lab logs dnsmasq</c>.</summary>
    /// <param name="arguments">The verb and what follows it.</param>
    public static string Line(string arguments) => $"{Program} {arguments}";

    private static bool IsInSources(string folder)
    {
        for (var above = new DirectoryInfo(folder); above is not null; above = above.Parent)
        {
            if (File.Exists(Path.Combine(above.FullName, "Lab.Cli", "Lab.Cli.csproj")))
            {
                return true;
            }
        }

        return false;
    }
}
