using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Model.Resources;
using Lab.Model.Services;

namespace Lab.Runtime.Cloud;

/// <summary>The bastion's containers as resources, under the names that its compose file and <c>docker ps</c> have for them.</summary>
internal static class BastionContainers
{
    /// <summary>The container of that name, with where it answers as far as the lab knows it.</summary>
    public static LabResource Resource(LabDefinition lab, string name) =>
        new(name, ResourceKind.Service, "container of the bastion") { Icon = "Box", Endpoints = [.. Endpoints(lab, name)] };

    private static IEnumerable<ResourceEndpoint> Endpoints(LabDefinition lab, string name) =>
        name switch
        {
            ComposeFile.MatchboxService => [LabResources.Http(lab, lab.Bastion.BootPort)],
            ComposeFile.DnsmasqService => [LabResources.Udp("tftp", lab, Dnsmasq.TftpPort)],
            ComposeFile.PiHoleService => [LabResources.Udp("dns", lab, NameServer.Port)],
            _ => lab.Mirrors.Where(mirror => ComposeFile.ServiceName(mirror) == name).Select(mirror => LabResources.Http(lab, mirror.Port)),
        };
}
