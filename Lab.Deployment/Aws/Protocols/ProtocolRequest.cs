using Amazon.Runtime;

namespace Lab.Deployment.Aws.Protocols;

/// <summary>One call of a service that no SDK package speaks for here.</summary>
/// <param name="operation">The operation's name in the service's API reference.</param>
internal sealed class ProtocolRequest(string operation) : AmazonWebServiceRequest
{
    /// <summary>The operation's name.</summary>
    public string Operation { get; } = operation;

    /// <summary>Query protocol: the parameters, lists as <c>Name.member.1</c>.</summary>
    public SortedDictionary<string, string> Parameters { get; } = new(StringComparer.Ordinal);

    /// <summary>JSON protocol: the whole body.</summary>
    public string? Json { get; init; }

    /// <summary>Adds a parameter; null adds none.</summary>
    public ProtocolRequest With(string name, string? value)
    {
        if (value is not null)
        {
            Parameters[name] = value;
        }

        return this;
    }
}

/// <summary>An answer as it came.</summary>
internal sealed class ProtocolResponse : AmazonWebServiceResponse
{
    /// <summary>XML for the query protocol, JSON for the JSON protocol.</summary>
    public string Body { get; init; } = "";
}
