namespace Lab.Runtime.State;

/// <summary>What a running lab serves on this machine beside its terminal view.</summary>
/// <param name="Dashboard">True for the dashboard and Aspire's resource protocol on loopback; false for the lab's own socket only.</param>
/// <param name="Port">The port that the dashboard should have; another one is taken where it is not free.</param>
public sealed record ServingOptions(bool Dashboard, int Port)
{
    /// <summary>The dashboard's port where none is asked for.</summary>
    public const int UsualPort = 15080;

    /// <summary>Path of the lab file, to which the dashboard points; null where there is none.</summary>
    public string? LabFile { get; init; }
}
