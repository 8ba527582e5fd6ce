using System.Runtime.InteropServices;

namespace Lab.Emulation.Linux;

/// <summary>The .NET host that runs this program.</summary>
public static class DotNet
{
    /// <summary>Absolute path of <c>dotnet</c>: three folders above the framework's.</summary>
    public static string Host { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
}
