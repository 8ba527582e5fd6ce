namespace Lab.Model;

/// <summary>
/// Something that the user can mend: what happened, where, and what to do about it. It is printed without a stack trace and ends
/// the program with <see cref="ExitCode"/>. Any other exception is a bug and keeps its trace.
/// </summary>
/// <param name="message">One or more complete sentences: what happened, where (file:line:column, option, service) and what to do.</param>
/// <param name="exitCode">1 unless the command documents another one (2: the host lacks something).</param>
/// <param name="inner">The cause, kept for logs; never shown to the user.</param>
public class LabException(string message, int exitCode = 1, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The exit code of the program when nothing handles this.</summary>
    public int ExitCode { get; } = exitCode;
}
