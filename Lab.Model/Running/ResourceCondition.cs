namespace Lab.Model.Running;

/// <summary>How a resource is, and what is known of it besides.</summary>
/// <param name="State">Its state.</param>
/// <param name="Detail">Such as <c>exit code 2</c>; null for nothing.</param>
public readonly record struct ResourceCondition(ResourceState State, string? Detail = null)
{
    /// <summary>True while it answers rightly.</summary>
    public bool IsHealthy => State == ResourceState.Healthy;

    /// <summary>In words: <c>Exited (exit code 2)</c>.</summary>
    public override string ToString() => Detail is null ? $"{State}" : $"{State} ({Detail})";
}
