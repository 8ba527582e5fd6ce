using System.Text.RegularExpressions;
using Lab.Runtime.State;

namespace Lab.Dashboard.Looks;

/// <summary>How a state looks: never by colour alone.</summary>
/// <param name="Text">The state in words.</param>
/// <param name="Icon">Its icon, by name of <see cref="Parts.Icon"/>.</param>
/// <param name="Tone">Its colour: <c>good</c>, <c>busy</c>, <c>bad</c> or <c>idle</c>; class names of the style sheet.</param>
public sealed partial record StateLook(string Text, string Icon, string Tone)
{
    /// <summary>The look of a state.</summary>
    public static StateLook Of(ResourceState state) =>
        state switch
        {
            ResourceState.Healthy => new("Healthy", "check", "good"),
            ResourceState.Unhealthy => new("Unhealthy", "warning", "bad"),
            ResourceState.FailedToStart => new("Failed to start", "cross", "bad"),
            ResourceState.Exited => new("Exited", "square", "bad"),
            ResourceState.Starting or ResourceState.Running => new(state.ToString(), "progress", "busy"),
            ResourceState.NotStarted => new("Not started", "circle", "idle"),
            _ => new(Words(state.ToString()), "clock", "busy"),
        };

    private static string Words(string name) => CapitalInside().Replace(name, match => $" {match.Value.ToLowerInvariant()}");

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex CapitalInside();
}
