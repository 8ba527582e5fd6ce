using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Model.Resources;
using Lab.Model.Services;

namespace Lab.AppHost.Vpc;

/// <summary>The bastion's containers as resources, under the names that its compose file and <c>docker ps</c> have for them.</summary>
internal static class BastionContainers
{
    /// <summary>The container of that name, with where it answers as far as the lab knows it.</summary>
    public static LabResource Resource(LabDefinition lab, string name) => new(name, ResourceKind.Service, "container of the bastion") { Icon = "Box", Endpoints = [.. Endpoints(lab, name)] };

    private static IEnumerable<ResourceEndpoint> Endpoints(LabDefinition lab, string name) => name switch
    {
        ComposeFile.MatchboxService => [Endpoint(ResourceEndpoint.Web, lab, lab.Bastion.BootPort, "tcp", isHttp: true)],
        ComposeFile.DnsmasqService => [Endpoint("tftp", lab, Dnsmasq.TftpPort, "udp")],
        ComposeFile.PiHoleService => [Endpoint("dns", lab, NameServer.Port, "udp")],
        _ => lab.Mirrors.Where(mirror => ComposeFile.ServiceName(mirror) == name).Select(mirror => Endpoint(ResourceEndpoint.Web, lab, mirror.Port, "tcp", isHttp: true)),
    };

    private static ResourceEndpoint Endpoint(string name, LabDefinition lab, int port, string protocol, bool isHttp = false) => new(name, $"{lab.Bastion.Address}:{port}", protocol, isHttp);
}
