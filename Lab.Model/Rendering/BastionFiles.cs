using System.Text.Json;
using System.Text.Json.Nodes;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Rendering;

/// <summary>Every file that the bastion's containers need, by absolute path. Docker makes a folder of what is missing, so none may be.</summary>
public static class BastionFiles
{
    /// <summary>The files. Scripts end in <c>.sh</c>; the others are data.</summary>
    public static IReadOnlyList<RenderedFile> Render(LabDefinition lab) =>
        [
            new(BastionPaths.Compose, ComposeFile.Render(lab)),
            new($"{BastionPaths.Setup}/dnsmasq.conf", VpcDnsmasq.Config(lab)),
            new($"{BastionPaths.Setup}/pihole-dnsmasq.d/05-lab.conf", PiHole.Records(lab)),
            new(BastionPaths.AddressScript, AddressScript.Render(lab)),
            new(BastionPaths.ExtractScript, ExtractScript.Render(lab)),
            .. MatchboxData.RenderForInstances(lab).Select(file => file with { Path = $"{BastionPaths.Matchbox}/{file.Path}" }),
            new($"{BastionPaths.Matchbox}/groups/default.json", DefaultGroup(lab)),
        ];

    /// <summary>EC2 chooses the MAC of an instance, so no group can name it: one group without a selector serves every node that gives no name.</summary>
    private static string DefaultGroup(LabDefinition lab) =>
        new JsonObject
        {
            ["id"] = "default",
            ["name"] = "every node",
            ["profile"] = InstanceBoot.Of(lab)[0].Image.Name,
        }
            .ToJsonString(new JsonSerializerOptions { WriteIndented = true })
            .ReplaceLineEndings("\n") + "\n";
}
