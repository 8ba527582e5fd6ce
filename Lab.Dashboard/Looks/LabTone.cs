using Lab.Model.Running;
using Lab.Runtime.State;

namespace Lab.Dashboard.Looks;

/// <summary>The state of a whole lab as a colour; class names of the style sheet.</summary>
internal static class LabTone
{
    /// <summary><c>bad</c> when anything has failed, <c>good</c> when everything is healthy, else <c>busy</c>.</summary>
    public static string Of(ILabResources lab)
    {
        var all = lab.Current;
        return all.Any(resource => StateLook.Of(resource.State).Tone == "bad") ? "bad"
            : all.All(resource => resource.State == ResourceState.Healthy) ? "good"
            : "busy";
    }
}
