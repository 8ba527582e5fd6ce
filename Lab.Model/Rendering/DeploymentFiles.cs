using System.Text;
using Lab.Model.Definition;

namespace Lab.Model.Rendering;

/// <summary>All that a deployment puts on machines, for a human to read.</summary>
public static class DeploymentFiles
{
    /// <summary>The files, relative: the bastion's as they stand there, the scripts that write them, and the policies.</summary>
    public static IReadOnlyList<RenderedFile> Render(LabDefinition lab) =>
        [
            .. BastionFiles.Render(lab).Select(file => file with { Path = $"bastion{file.Path}" }),
            new("bastion/lab.sh", BastionScript.Render(lab)),
            new("bastion/policy.json", IamPolicies.Bastion(lab)),
            .. lab.Launch.Boot == LaunchBoot.Ipxe ? [new("node/user-data.ipxe", NodeUserData.Script(lab))] : Array.Empty<RenderedFile>(),
            .. InstanceBoot.NodesOfTheirOwn(lab).Select(node => new RenderedFile($"node/{node.Name}.user-data.ipxe", NodeUserData.Script(lab, node)!)),
            new("operator-policy.json", IamPolicies.Operator(lab)),
        ];

    /// <summary>User data in the form that the API takes.</summary>
    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
