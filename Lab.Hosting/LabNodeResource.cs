using Aspire.Hosting.ApplicationModel;
using Part = Lab.Model.Resources.LabResource;

namespace Lab.Hosting;

/// <summary>A node: a machine that boots from the network.</summary>
public sealed class LabNodeResource : LabComponentResource, IResourceWithEndpoints
{
    /// <summary>Name of the endpoint of the node's API.</summary>
    public const string ApiEndpointName = "talos";

    internal LabNodeResource(string name, LabResource lab, Part definition)
        : base(name, lab, definition) => Api = AddEndpoint(this, ApiEndpointName, "tcp");

    /// <summary>The API that a node of Talos, and the stand-in, serves: TCP 50000 in the lab, another port on this machine's loopback.</summary>
    public EndpointReference Api { get; }

    /// <inheritdoc />
    public override string Type => "LabNode";
}
