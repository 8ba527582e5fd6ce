namespace Lab.Model.Services;

/// <summary>A request over HTTP and its answer, as far as they matter to a boot, without secrets.</summary>
/// <param name="Request">The request's line and headers.</param>
/// <param name="Answer">The answer's line and headers.</param>
/// <param name="Body">The answer's body; null for one that is large, no text, or not there.</param>
public sealed record HttpExchange(string Request, string Answer, string? Body)
{
    /// <summary>The longest body that is kept, in characters.</summary>
    public const int LongestBody = 8192;

    /// <summary>All of it, as on the wire.</summary>
    public override string ToString() => $"{Request}\n\n{Answer}{(Body is null ? "" : $"\n\n{Body}")}";
}
