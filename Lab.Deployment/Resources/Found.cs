namespace Lab.Deployment.Resources;

/// <summary>A resource as it is on AWS.</summary>
/// <param name="Id">AWS's name for it.</param>
/// <param name="Fields">Its values.</param>
internal sealed record Found(string Id, Fields Fields)
{
    /// <summary>False while AWS is still making it.</summary>
    public bool IsReady { get; init; } = true;

    /// <summary>True while AWS is removing it: there is nothing to call, only to wait.</summary>
    public bool IsGoing { get; init; }

    /// <summary>True for something adopted that holds nothing of the lab: on destroy there is nothing to give back.</summary>
    public bool IsForeign { get; init; }

    /// <summary>Further identifiers that its resource needs for changing it.</summary>
    public IReadOnlyDictionary<string, string> Handles { get; init; } = new Dictionary<string, string>();
}
