using Lab.Model;

namespace Lab.CommandLine;

/// <summary>Errors of the system that a user can mend, in its own words.</summary>
public static class SystemErrors
{
    /// <summary>ENOSPC: .NET gives the system's error number on.</summary>
    private const int NoSpace = 28;

    /// <summary>What to say; where a disk is full the system does not say which.</summary>
    public static string Text(Exception error) =>
        error.HResult == NoSpace
            ? $"{error.Message.TrimEnd('.')}. Lab writes to {UserFolders.State} and {UserFolders.Cache}: make room there, or move them with XDG_STATE_HOME and XDG_CACHE_HOME."
            : error.Message;
}
