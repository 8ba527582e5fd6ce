using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Part = Lab.Model.Resources.LabResource;

namespace Lab.Hosting;

/// <summary>A registry cache of the bastion: a pull-through mirror that the host reaches as well.</summary>
public sealed class RegistryCacheResource : LabComponentResource, IResourceWithServiceDiscovery, IResourceWithConnectionString
{
    internal RegistryCacheResource(string name, LabResource lab, Part definition)
        : base(name, lab, definition) => Endpoint = AddEndpoint(this, "http", "http");

    /// <summary>Where the host reaches the cache.</summary>
    public EndpointReference Endpoint { get; }

    /// <summary>The cache's URL: <c>http://127.0.0.1:5050</c>.</summary>
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{Endpoint.Property(EndpointProperty.Url)}");

    /// <inheritdoc />
    public override string Type => "RegistryCache";
}
