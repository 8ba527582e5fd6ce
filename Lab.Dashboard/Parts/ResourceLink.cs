using System.Globalization;
using Lab.Emulation.Machines;

namespace Lab.Dashboard.Parts;

/// <summary>Links between pages.</summary>
internal static class ResourceLink
{
    /// <summary>The page of a resource.</summary>
    public static string To(string resource) => $"/resource/{Uri.EscapeDataString(resource)}";

    /// <summary>A resource's log.</summary>
    public static string ToLog(string resource) => $"/logs/{Uri.EscapeDataString(resource)}";

    /// <summary>A node's boot.</summary>
    public static string ToBoot(string node) => $"/boot/{Uri.EscapeDataString(node)}";

    /// <summary>A node's boot, with the proof of a stage.</summary>
    public static string ToBoot(string node, BootStage stage) => $"{ToBoot(node)}/{stage.Id()}";

    /// <summary>A run that is kept.</summary>
    public static string ToRun(int number) => string.Create(CultureInfo.InvariantCulture, $"/runs/{number}");

    /// <summary>A log that is kept of a run.</summary>
    public static string ToLogOfRun(int number, string resource) => $"{ToRun(number)}/logs/{Uri.EscapeDataString(resource)}";

    /// <summary>Two or three runs side by side.</summary>
    /// <param name="before">The first run, with which the others are compared.</param>
    /// <param name="after">The other run.</param>
    /// <param name="third">One more run; 0 for none.</param>
    public static string ToComparison(int before, int after, int third = 0) =>
        string.Create(CultureInfo.InvariantCulture, $"/runs/{before}/{after}{(third == 0 ? "" : $"/{third}")}");

    /// <summary>A line of the lab file.</summary>
    public static string ToLine(int number) => string.Create(CultureInfo.InvariantCulture, $"/file/{number}#line-{number}");

    /// <summary>A node's serial console.</summary>
    public static string ToConsole(string node) => $"/console/{Uri.EscapeDataString(node)}";
}
