using Lab.Model;
using Lab.Model.Rendering;

namespace Lab.Deployment.Verification;

/// <summary>Test 03: what the bastion's user data writes and starts, and, where it can be reached, what serves the boot.</summary>
internal sealed class ContainerTests(DeployedLab deployed, Uri? bootServer)
{
    public async Task<IReadOnlyList<VerifyResult>> RunAsync(CancellationToken cancellationToken)
    {
        var template = deployed.Stack.Resources.First(resource => resource.Id == "template/bastion");
        var wanted = template.Desired(deployed.World)["UserData"];
        var actual = deployed.World[template]?.Fields.GetValueOrDefault("UserData") ?? "none";
        var script = BastionScript.Render(deployed.Lab);
        return
        [
            VerifyResult.Of(3, "user data sets up the containers", wanted == actual, wanted, actual, $"Run: {DeployCommand.Line("apply")}"),
            .. BastionFiles
                .Render(deployed.Lab)
                .Select(file =>
                    VerifyResult.Of(
                        3,
                        $"user data writes {file.Path}",
                        wanted == actual && script.Contains($"put {file.Path} ", StringComparison.Ordinal),
                        "written",
                        "not written",
                        $"Run: {DeployCommand.Line("apply")}"
                    )
                ),
            .. await new BootServerTests(deployed, bootServer).RunAsync(cancellationToken),
        ];
    }
}
