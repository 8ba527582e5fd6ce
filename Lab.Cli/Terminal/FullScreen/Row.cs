namespace LabCli.Terminal.FullScreen;

/// <summary>A part of the list that is selected as a whole.</summary>
/// <param name="Name">What it is about: a resource, or <see cref="Services"/>.</param>
/// <param name="Lines">What it shows.</param>
internal sealed record Row(string Name, IReadOnlyList<IReadOnlyList<Span>> Lines)
{
    /// <summary>The row for all services that need nobody. No resource has such a name.</summary>
    public const string Services = "services…";
}
