namespace Lab.Model.Running;

/// <summary>States of a resource; the names are those of Aspire's known resource states and health statuses.</summary>
public enum ResourceState
{
    /// <summary>Nothing has been done yet.</summary>
    NotStarted,

    /// <summary>It waits until what it needs is healthy.</summary>
    Waiting,

    /// <summary>Its process is being started.</summary>
    Starting,

    /// <summary>Its process runs; it has not answered yet.</summary>
    Running,

    /// <summary>It answers rightly.</summary>
    Healthy,

    /// <summary>It has answered before and does not now.</summary>
    Unhealthy,

    /// <summary>Its process has ended: it was stopped, or will be started again after a pause.</summary>
    Exited,

    /// <summary>It has never answered, and is not tried again.</summary>
    FailedToStart,
}
