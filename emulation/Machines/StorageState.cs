using Lab.Model;

namespace Lab.Emulation.Machines;

/// <summary>Something that a node's machine remembers while it is off, as it is now.</summary>
/// <param name="Name">What it is: <c>disk of 8 GiB</c>.</param>
/// <param name="State">Its state in words: <c>blank</c>.</param>
public sealed record StorageState(string Name, string State)
{
    /// <summary>The state of what firmware and operating system note.</summary>
    /// <param name="lastWritten">Tells when it was written last; null where it is empty.</param>
    internal static string Of(Func<DateTime?> lastWritten)
    {
        try
        {
            return lastWritten() is { } last ? $"written, last at {last:yyyy-MM-dd HH:mm:ss}" : "empty, as in a new machine";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "not made yet";
        }
    }

    /// <summary>Does what makes it blank.</summary>
    /// <param name="what">What is done, as an error says it: <c>make the UEFI variables FILE</c>.</param>
    /// <param name="work">Does it.</param>
    /// <exception cref="LabException">The host's file system does not have it.</exception>
    internal static void Change(string what, Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"Cannot {what}: {e.Message.TrimEnd('.')}. Make room there, or set XDG_STATE_HOME to a folder elsewhere.", inner: e);
        }
    }
}
