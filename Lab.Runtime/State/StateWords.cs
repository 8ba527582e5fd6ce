using System.Text.RegularExpressions;
using Lab.Model.Running;

namespace Lab.Runtime.State;

/// <summary>The words for states of resources and boots, the same in terminal, page, reports and status.json; docs/reference/resources.md explains them.</summary>
public static partial class StateWords
{
    /// <summary>A resource's state: <c>Healthy</c>, <c>Failed to start</c>.</summary>
    public static string Of(ResourceState state) => CapitalInside().Replace(state.ToString(), match => $" {match.Value.ToLowerInvariant()}");

    /// <summary>A boot that has not become ready: <c>stopped at dhcp</c>, <c>still at dhcp</c>.</summary>
    /// <param name="wentOn">True when it went on when its time ran out.</param>
    /// <param name="stage">Name of the stage that it did not reach.</param>
    public static string NotReady(bool wentOn, string stage) => $"{(wentOn ? "still" : "stopped")} at {stage}";

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex CapitalInside();
}
