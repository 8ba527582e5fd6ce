namespace Lab.Dashboard.Access;

/// <summary>Marks the endpoints of the dashboard among those of its host.</summary>
internal sealed class DashboardEndpoint
{
    private DashboardEndpoint() { }

    public static DashboardEndpoint Instance { get; } = new();
}
