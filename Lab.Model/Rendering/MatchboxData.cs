using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Rendering;

/// <summary>
/// The boot server's data directory: a profile for each image, a group for each node, and the machine configuration. Valid for
/// matchbox (https://matchbox.psdn.io/matchbox/) as for Lab.BootServer.
/// </summary>
public static class MatchboxData
{
    /// <summary>File name of the machine configuration's template under <c>generic/</c>.</summary>
    public const string ConfigTemplate = "machine.yaml";

    /// <summary>Folder under <c>/assets/</c> with each node's configuration as far as the lab knows it, and the mirror patches.</summary>
    public const string ConfigFolder = "config";

    /// <summary>What the user data of a node names it by to the boot server; what a group selects.</summary>
    internal const string InstanceSelector = "node";

    /// <summary>The caches as documents, in <see cref="ConfigFolder"/>.</summary>
    private const string MirrorDocuments = "mirrors-documents.yaml";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>All files for nodes that boot the same image, relative to the data directory.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="image">What the nodes boot; its profile is there without nodes too.</param>
    /// <param name="machineConfigs">The user's machine configurations by node.</param>
    public static IEnumerable<RenderedFile> Render(LabDefinition lab, BootImage image, IReadOnlyDictionary<string, string>? machineConfigs = null) =>
        Render(lab, [image], _ => image, machineConfigs ?? new Dictionary<string, string>());

    /// <summary>All files, relative to the data directory. A machine that no group names gets nothing: there is no default group.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="images">What each node boots, by its name; images that differ have different names.</param>
    /// <param name="machineConfigs">
    /// The user's machine configurations by node. A node that has one gets a profile of its own and is told to fetch it; so does a node with kernel arguments of its own.
    /// </param>
    public static IEnumerable<RenderedFile> Render(
        LabDefinition lab,
        IReadOnlyDictionary<string, BootImage> images,
        IReadOnlyDictionary<string, string> machineConfigs
    ) => Render(lab, [.. images.Values.DistinctBy(image => image.Name)], node => images[node.Name], machineConfigs);

    /// <summary>
    /// All files for instances, relative to the data directory: a profile for each image, and a group for each node that boots another one,
    /// or with other arguments, than further nodes do. It is selected by the name that the node's user data gives.
    /// </summary>
    public static IEnumerable<RenderedFile> RenderForInstances(LabDefinition lab)
    {
        var images = InstanceBoot.Of(lab);
        return
        [
            .. Render(lab with { Nodes = [] }, [.. images.Select(boot => boot.Image)], _ => images[0].Image, new Dictionary<string, string>()),
            .. InstanceBoot.NodesOfTheirOwn(lab).SelectMany(OfInstance),
        ];

        IEnumerable<RenderedFile> OfInstance(NodeDefinition node)
        {
            var (image, address) = (InstanceBoot.Of(lab, node).Image, lab.MachineOf(node).Launch.PrivateAddress ?? node.Address);
            if (InstanceBoot.HasArguments(lab, node))
            {
                yield return OwnProfile(lab, image, node, isConfigured: false);
            }

            yield return new(GroupFile(node), Text(Group(ProfileOfInstance(lab, node), node, address, InstanceSelector, node.Name)));
        }
    }

    /// <summary>Name of the profile of a node as an instance.</summary>
    public static string ProfileOfInstance(LabDefinition lab, NodeDefinition node)
    {
        var image = InstanceBoot.Of(lab, node).Image;
        return InstanceBoot.HasArguments(lab, node) ? OwnProfile(image, node) : image.Name;
    }

    private static IEnumerable<RenderedFile> Render(
        LabDefinition lab,
        IReadOnlyList<BootImage> images,
        Func<NodeDefinition, BootImage> imageOf,
        IReadOnlyDictionary<string, string> machineConfigs
    )
    {
        var configured = lab.Nodes.Where(node => machineConfigs.ContainsKey(node.Name)).ToList();
        var ofAll = lab.ArgumentsOfAll();
        var own = lab
            .Nodes.Where(node =>
                configured.Contains(node)
                || InstanceBoot.HasArguments(lab, node)
                || (imageOf(node).IsOnMetal && lab.MachineOf(node).Console != lab.Machine.Console)
            )
            .ToList();
        return
        [
            .. images.Select(image => new RenderedFile(
                $"profiles/{image.Name}.json",
                Text(Profile(lab, image.OnConsole(lab.Machine.Console), image.Name, ConfigTemplate, ofAll))
            )),
            .. own.Select(node => OwnProfile(lab, imageOf(node).OnConsole(lab.MachineOf(node).Console), node, configured.Contains(node))),
            .. lab.Nodes.Select(node => new RenderedFile(
                GroupFile(node),
                Text(Group(own.Contains(node) ? OwnProfile(imageOf(node), node) : imageOf(node).Name, node, node.Address, "mac", $"{node.Mac}"))
            )),
            new($"generic/{ConfigTemplate}", MachineConfig.Template(lab)),
            .. configured.Select(node => new RenderedFile($"generic/{OwnTemplate(node)}", MachineConfig.AsTemplate(machineConfigs[node.Name]))
            {
                IsSecret = true,
            }),
            .. lab.Nodes.Select(node => new RenderedFile($"assets/{ConfigFolder}/nodes/{node.Name}.yaml", MachineConfig.For(lab, node))),
            new($"assets/{ConfigFolder}/mirrors-v1alpha1.yaml", MirrorPatch.V1Alpha1(lab)),
            new($"assets/{ConfigFolder}/{MirrorDocuments}", MirrorPatch.Documents(lab)),
        ];
    }

    /// <summary>File of a node's group, relative to the data directory.</summary>
    public static string GroupFile(NodeDefinition node) => $"groups/{node.Name}.json";

    /// <summary>
    /// A node's group and profile where the node is left to its disk, which Lab.BootServer knows and matchbox does not. Only the boot script
    /// differs: a machine that has booted from the network just before still gets its configuration.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="group">The group as it was rendered.</param>
    /// <param name="read">Reads a file of the data directory.</param>
    public static (string Group, RenderedFile Profile) LeaveToDisk(NodeDefinition node, string group, Func<string, string> read)
    {
        var (ofDisk, profile) = (JsonNode.Parse(group)!.AsObject(), $"disk-{node.Name}");
        var json = JsonNode.Parse(read($"profiles/{(string)ofDisk["profile"]!}.json"))!.AsObject();
        (json["id"], json["name"], ofDisk["profile"]) = (profile, profile, profile);
        json["boot"]!["disk"] = true;
        return (Text(ofDisk), new($"profiles/{profile}.json", Text(json)));
    }

    /// <summary>True when nodes on AWS are offered the caches as documents. A file without a document is none to Talos, and it would never serve.</summary>
    public static bool OffersMirrors(LabDefinition lab) => lab.Boot.MirrorDocuments && lab.Mirrors.Count > 0;

    /// <summary>The kernel argument that has a node fetch the caches as documents; the same for every node, since EC2 chooses the MACs.</summary>
    public static string MirrorsArgument(LabDefinition lab) => $"talos.config={Matchbox.Url(lab)}/assets/{ConfigFolder}/{MirrorDocuments}";

    private static RenderedFile OwnProfile(LabDefinition lab, BootImage image, NodeDefinition node, bool isConfigured)
    {
        var (name, arguments) = (OwnProfile(image, node), lab.MachineOf(node).Arguments);
        var profile = isConfigured
            ? Profile(lab, image with { FetchesConfig = true }, name, OwnTemplate(node), arguments)
            : Profile(lab, image, name, ConfigTemplate, arguments);
        return new($"profiles/{name}.json", Text(profile));
    }

    private static string OwnProfile(BootImage image, NodeDefinition node) => $"{image.Name}-{node.Name}";

    private static string OwnTemplate(NodeDefinition node) => $"node-{node.Name}.yaml";

    private static JsonObject Profile(LabDefinition lab, BootImage image, string name, string configTemplate, IReadOnlyList<string> arguments) =>
        new()
        {
            ["id"] = name,
            ["name"] = name,
            ["generic_id"] = configTemplate,
            ["boot"] = new JsonObject
            {
                ["kernel"] = $"/assets/{image.AssetFolder}/{image.Kernel}",
                ["initrd"] = new JsonArray($"/assets/{image.AssetFolder}/{image.Initrd}"),
                ["args"] = new JsonArray([.. Arguments(lab, image, arguments).Select(argument => (JsonNode)argument)]),
            },
        };

    /// <summary>The EFI stub of the kernel finds the initrd by the name that iPXE gave it, hence the first argument.</summary>
    private static IEnumerable<string> Arguments(LabDefinition lab, BootImage image, IReadOnlyList<string> arguments) =>
        [
            $"initrd={image.Initrd}",
            .. KernelArguments.With(
                image.Arguments,
                [
                    .. image.FetchesConfig ? [$"talos.config={Matchbox.Url(lab)}/generic?mac=${{mac:hexhyp}}"] : Array.Empty<string>(),
                    .. image.FetchesAssets ? [$"lab.assets={Matchbox.Url(lab)}/assets/{image.AssetFolder}"] : Array.Empty<string>(),
                    .. arguments,
                ]
            ),
        ];

    private static JsonObject Group(string profile, NodeDefinition node, IPAddress address, string label, string value) =>
        new()
        {
            ["id"] = node.Name,
            ["name"] = node.Name,
            ["profile"] = profile,
            ["selector"] = new JsonObject { [label] = value },
            ["metadata"] = new JsonObject { ["hostname"] = node.Name, ["address"] = address.ToString() },
        };

    private static string Text(JsonObject json) => json.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
}
