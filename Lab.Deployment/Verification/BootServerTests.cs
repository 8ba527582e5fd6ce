using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Running;
using Lab.Model.Services;

namespace Lab.Deployment.Verification;

/// <summary>The part of test 03 that asks what serves the boot, where it can be reached: the lab on this machine, or a forwarded port of the bastion.</summary>
/// <param name="deployed">The lab.</param>
/// <param name="named">The boot server that the user named; null for the one of the lab that runs on this machine.</param>
internal sealed class BootServerTests(DeployedLab deployed, Uri? named)
{
    private const string Answers = "boot server answers";
    private const string ServesNode = "boot script for a node";
    private const string ServesAssets = "boot assets are served";
    private const string Dhcp = "dnsmasq DHCP operational";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private LabDefinition Lab => deployed.Lab;

    public async Task<IReadOnlyList<VerifyResult>> RunAsync(CancellationToken cancellationToken)
    {
        var running = named is null && deployed.IsLocal ? RunningLab.Find(Lab) : null;
        if ((named ?? running?.BootServer) is not { } server)
        {
            var (why, remedy) = running is null
                ? (
                    $"{Matchbox.Url(Lab)} is inside the VPC, and no lab named {Lab.Name} runs on this machine",
                    $"Run the lab ({LabCommand.Line("up")}), or forward the bastion's port (ssh -L 8080:localhost:8080 ec2-user@BASTION) and name it: verify --boot-server http://127.0.0.1:8080"
                )
                : ($"the boot server of lab {Lab.Name} on this machine was not started yet", $"See: {LabCommand.Line("ps")}");
            return
            [
                .. new[] { Answers, ServesNode, ServesAssets }.Select(name => VerifyResult.Skip(3, name, why, remedy)),
                VerifyResult.Skip(3, Dhcp, "a VPC has no DHCP but Amazon's", $"Rehearse it: {LabCommand.Line("up")}"),
            ];
        }

        using var client = new HttpClient { Timeout = Patience };
        var node = Lab.Nodes.Count > 0 ? Lab.Nodes[0].Mac.ToString().Replace(':', '-') : "52-54-00-13-00-01";
        var (boot, _) = await ScriptAsync(client, new Uri(server, "/boot.ipxe"), Answers, cancellationToken);
        var (script, text) = await ScriptAsync(client, new Uri(server, $"/ipxe?mac={node}"), ServesNode, cancellationToken);
        return
        [
            boot,
            script,
            await AssetsAsync(client, server, text, cancellationToken),
            .. running is null ? [VerifyResult.Skip(3, Dhcp, "a VPC has no DHCP but Amazon's", $"Rehearse it: {LabCommand.Line("up")}")] : Services(running),
        ];
    }

    private static async Task<(VerifyResult Result, string Text)> ScriptAsync(HttpClient client, Uri address, string name, CancellationToken cancellationToken)
    {
        var (status, text) = await GetAsync(client, address, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return (
            VerifyResult.Of(
                3,
                name,
                status == "200" && text.StartsWith("#!ipxe", StringComparison.Ordinal),
                $"an iPXE script from {address}",
                status == "200" ? "something else" : status,
                "Look at the lab's log, or at the container on the bastion: docker logs matchbox"
            ),
            text
        );
    }

    /// <summary>Asks for each file that the script names; the content stays where it is.</summary>
    private static async Task<VerifyResult> AssetsAsync(HttpClient client, Uri server, string script, CancellationToken cancellationToken)
    {
        var files = script
            .Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["kernel" or "initrd", ..])
            .Select(words => words.Skip(1).FirstOrDefault(word => !word.StartsWith('-')) ?? "")
            .ToList();
        List<string> missing = [];
        foreach (var file in files)
        {
            // The script names the bastion's own address; here the server is reached by another.
            var address = new Uri(server, Uri.TryCreate(file, UriKind.Absolute, out var absolute) && !absolute.IsFile ? absolute.PathAndQuery : file);
            if ((await GetAsync(client, address, HttpCompletionOption.ResponseHeadersRead, cancellationToken)).Status is not "200" and var status)
            {
                missing.Add($"{file}: {status}");
            }
        }

        return VerifyResult.Of(
            3,
            ServesAssets,
            files.Count > 0 && missing.Count == 0,
            string.Join(", ", files),
            files.Count == 0 ? "no kernel in the boot script" : string.Join(", ", missing),
            "On the bastion: /opt/bastion-setup/extract-talos-assets.sh"
        );
    }

    private IEnumerable<VerifyResult> Services(RunningLab running)
    {
        if (running.IsVpc)
        {
            yield return VerifyResult.Skip(3, Dhcp, "a VPC has no DHCP but Amazon's", $"Rehearse it: {LabCommand.Line("up")}");
        }

        var wanted = (running.IsVpc ? [] : new[] { (Service: Dnsmasq.Name, Test: Dhcp) }).Concat(
            Lab.Mirrors.Select(mirror => (Service: running.NameOf(mirror), Test: $"cache of {mirror.Registry} runs"))
        );
        foreach (var (service, test) in wanted)
        {
            var found = running.Services.GetValueOrDefault(service);
            yield return VerifyResult.Of(
                3,
                test,
                found?.State == ResourceState.Healthy,
                $"{service} of the lab on this machine: {ResourceState.Healthy}, at {found?.Address}",
                found?.State.ToString() ?? "not there",
                $"See: {LabCommand.Line("ps")}"
            );
        }
    }

    private static async Task<(string Status, string Text)> GetAsync(
        HttpClient client,
        Uri address,
        HttpCompletionOption completion,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var answer = await client.GetAsync(address, completion, cancellationToken);
            return (
                $"{(int)answer.StatusCode}",
                completion == HttpCompletionOption.ResponseContentRead ? await answer.Content.ReadAsStringAsync(cancellationToken) : ""
            );
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return ($"no answer from {address.GetLeftPart(UriPartial.Authority)} ({e.Message})", "");
        }
    }
}
