using Aspire.Hosting;
using Part = Lab.Model.Resources.LabResource;

namespace Lab.Hosting;

/// <summary>A service of the bastion: dnsmasq, the boot server, the name server.</summary>
public sealed class BastionServiceResource : LabComponentResource, IResourceWithServiceDiscovery
{
    internal BastionServiceResource(string name, LabResource lab, Part definition)
        : base(name, lab, definition)
    {
        if (definition.Web is not null)
        {
            AddEndpoint(this, "http", "http");
        }
    }

    /// <inheritdoc />
    public override string Type => "BastionService";
}
