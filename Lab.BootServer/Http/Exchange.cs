using System.Diagnostics;

namespace Lab.BootServer.Http;

/// <summary>One request and what became of it.</summary>
internal sealed class Exchange(string method, string path, BootQuery query)
{
    private readonly long _started = Stopwatch.GetTimestamp();

    public string Method { get; } = method;

    /// <summary>Without escapes.</summary>
    public string Path { get; } = path;

    public BootQuery Query { get; } = query;

    public bool IsHead => Method == "HEAD";

    /// <summary>The machine that the query names.</summary>
    public string? Mac => Query.Raw.Length == 0 ? null : Labels.Mac(Query.Labels);

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    public int Status { get; set; }

    /// <summary>The answer's body where it is in memory, or a file of at most <see cref="Lab.Model.Services.HttpExchange.LongestBody"/>; empty for others.</summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    public long BytesSent { get; set; }

    /// <summary>Why it is an error.</summary>
    public string? Reason { get; set; }

    /// <summary>True for a boot script that leaves the machine to its disk.</summary>
    public bool LeavesToDisk { get; set; }

    /// <summary>Notes that nobody was there any more to take the rest of the answer.</summary>
    public void ClientWentAway() => (Status, Reason) = (499, "the client went away");
}
