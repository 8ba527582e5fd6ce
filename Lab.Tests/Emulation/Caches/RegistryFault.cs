namespace Lab.Tests.Emulation.Caches;

/// <summary>How a registry fails.</summary>
public enum RegistryFault
{
    None,
    Stopped,
    Silent,
    InternalError,
    Unavailable,
    TooManyRequests,
    SilentToken,
    Unauthorized,
    Forbidden,
    ForbiddenToken,
}
