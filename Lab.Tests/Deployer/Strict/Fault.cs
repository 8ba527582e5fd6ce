namespace Lab.Tests.Deployer.Strict;

/// <summary>What goes wrong with a call.</summary>
public enum Fault
{
    None,

    /// <summary>The service says that it broke down, and did nothing.</summary>
    ServerError,

    /// <summary>The service asks to slow down, and did nothing.</summary>
    Throttled,

    /// <summary>The caller may not do that.</summary>
    Denied,

    /// <summary>The connection breaks before the call takes effect.</summary>
    ResetBefore,

    /// <summary>The connection breaks after the call took effect.</summary>
    ResetAfter,

    /// <summary>The call takes effect, and no answer comes.</summary>
    TimeoutAfter,
}
