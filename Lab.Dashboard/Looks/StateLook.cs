using Lab.Model.Running;
using Lab.Runtime.State;

namespace Lab.Dashboard.Looks;

/// <summary>How a state looks: never by colour alone.</summary>
/// <param name="Text">The state in words.</param>
/// <param name="Icon">Its icon, by name of <see cref="Parts.Icon"/>.</param>
/// <param name="Tone">Its colour: <c>good</c>, <c>busy</c>, <c>bad</c> or <c>idle</c>; class names of the style sheet.</param>
public sealed record StateLook(string Text, string Icon, string Tone)
{
    /// <summary>The look of a state.</summary>
    public static StateLook Of(ResourceState state) =>
        state switch
        {
            ResourceState.Healthy => new(StateWords.Of(state), "check", "good"),
            ResourceState.Unhealthy => new(StateWords.Of(state), "warning", "bad"),
            ResourceState.FailedToStart => new(StateWords.Of(state), "cross", "bad"),
            ResourceState.Exited => new(StateWords.Of(state), "square", "bad"),
            ResourceState.Starting or ResourceState.Running => new(StateWords.Of(state), "progress", "busy"),
            ResourceState.NotStarted => new(StateWords.Of(state), "circle", "idle"),
            _ => new(StateWords.Of(state), "clock", "busy"),
        };
}
