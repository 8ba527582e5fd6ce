using Lab.Deployer.Commands;
using Lab.Model.Rendering;
using Lab.Model.Services;

namespace Lab.Deployer.Verification;

/// <summary>Test 03: what the bastion's user data writes and starts, and, where it can be reached, what the boot server answers.</summary>
internal sealed class ContainerTests(DeployedLab deployed, Uri? bootServer)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<VerifyResult>> RunAsync(CancellationToken cancellationToken)
    {
        var template = deployed.Stack.Resources.First(resource => resource.Id == "template/bastion");
        var wanted = template.Desired(deployed.World)["UserData"];
        var actual = deployed.World[template]?.Fields.GetValueOrDefault("UserData") ?? "none";
        return
        [
            VerifyResult.Of(3, "user data sets up the containers", wanted == actual, wanted, actual, "Run: lab-deploy apply"),
            .. BastionFiles.Render(deployed.Lab).Select(file => VerifyResult.Of(
                3, $"user data writes {file.Path}", wanted == actual && BastionScript.Render(deployed.Lab).Contains($"put {file.Path} ", StringComparison.Ordinal), "written", "not written", "Run: lab-deploy apply")),
            .. await BootServerAsync(cancellationToken),
        ];
    }

    private async Task<IReadOnlyList<VerifyResult>> BootServerAsync(CancellationToken cancellationToken)
    {
        if (bootServer is null)
        {
            return
            [
                VerifyResult.Skip(3, "boot server answers", $"{Matchbox.Url(deployed.Lab)} is inside the VPC", "Forward its port (ssh -L 8080:localhost:8080 bastion) and name it: verify --boot-server http://127.0.0.1:8080"),
                VerifyResult.Skip(3, "dnsmasq DHCP operational", "a VPC has no DHCP but Amazon's", "Rehearse it: dotnet run --project Lab.AppHost"),
            ];
        }

        using var client = new HttpClient { Timeout = Patience };
        return
        [
            await GetAsync(client, "boot server answers", "/boot.ipxe", cancellationToken),
            await GetAsync(client, "boot script for a node", "/ipxe?mac=52-54-00-13-00-01", cancellationToken),
        ];
    }

    private async Task<VerifyResult> GetAsync(HttpClient client, string name, string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(bootServer!, path), cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            return VerifyResult.Of(3, name, answer.IsSuccessStatusCode && text.StartsWith("#!ipxe", StringComparison.Ordinal), "an iPXE script", $"{(int)answer.StatusCode}", "Look at the container: docker logs matchbox");
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return VerifyResult.Of(3, name, false, "an iPXE script", e.Message, $"Check that {bootServer} leads to the bastion, and that it is up.");
        }
    }
}
