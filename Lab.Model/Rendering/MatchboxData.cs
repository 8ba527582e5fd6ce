using System.Text.Json;
using System.Text.Json.Nodes;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Rendering;

/// <summary>
/// The boot server's data directory: a profile for the image, a group for each node, and the machine configuration. Valid for
/// matchbox (https://matchbox.psdn.io/matchbox/) as for Lab.BootServer.
/// </summary>
public static class MatchboxData
{
    /// <summary>File name of the machine configuration's template under <c>generic/</c>.</summary>
    public const string ConfigTemplate = "machine.yaml";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>All files, relative to the data directory. A machine that no group names gets nothing: there is no default group.</summary>
    public static IEnumerable<RenderedFile> Render(LabDefinition lab, BootImage image) =>
    [
        new($"profiles/{image.Name}.json", Text(Profile(lab, image))),
        .. lab.Nodes.Select(node => new RenderedFile($"groups/{node.Name}.json", Text(Group(image, node)))),
        new($"generic/{ConfigTemplate}", MachineConfig.Template(lab)),
    ];

    private static JsonObject Profile(LabDefinition lab, BootImage image) => new()
    {
        ["id"] = image.Name,
        ["name"] = image.Name,
        ["generic_id"] = ConfigTemplate,
        ["boot"] = new JsonObject
        {
            ["kernel"] = $"/assets/{image.AssetFolder}/{image.Kernel}",
            ["initrd"] = new JsonArray($"/assets/{image.AssetFolder}/{image.Initrd}"),
            ["args"] = new JsonArray([.. Arguments(lab, image).Select(argument => (JsonNode)argument)]),
        },
    };

    /// <summary>The EFI stub of the kernel finds the initrd by the name that iPXE gave it, hence the first argument.</summary>
    private static IEnumerable<string> Arguments(LabDefinition lab, BootImage image) =>
    [
        $"initrd={image.Initrd}",
        .. image.Arguments,
        .. image.FetchesConfig ? [$"talos.config={Matchbox.Url(lab)}/generic?mac=${{mac:hexhyp}}"] : Array.Empty<string>(),
        .. lab.Boot.Arguments,
    ];

    private static JsonObject Group(BootImage image, NodeDefinition node) => new()
    {
        ["id"] = node.Name,
        ["name"] = node.Name,
        ["profile"] = image.Name,
        ["selector"] = new JsonObject { ["mac"] = node.Mac.ToString() },
        ["metadata"] = new JsonObject { ["hostname"] = node.Name, ["address"] = node.Address.ToString() },
    };

    private static string Text(JsonObject json) => json.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
}
