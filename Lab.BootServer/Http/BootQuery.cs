namespace Lab.BootServer.Http;

/// <summary>What a machine says of itself.</summary>
/// <param name="raw">The query as it came, without the question mark.</param>
internal sealed class BootQuery(string raw)
{
    private IReadOnlyDictionary<string, string>? _labels;

    public string Raw { get; } = raw;

    public IReadOnlyDictionary<string, string> Labels => _labels ??= Http.Labels.FromQuery(Raw);
}
