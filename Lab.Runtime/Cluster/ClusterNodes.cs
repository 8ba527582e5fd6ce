using System.Text.Json;
using Lab.Model;
using Lab.Model.Services;

namespace Lab.Runtime.Cluster;

/// <summary>The nodes of a cluster, asked and commanded with talosctl. What they are is never remembered: it is asked.</summary>
/// <param name="talosctl">How.</param>
/// <param name="files">The cluster's files.</param>
public sealed class ClusterNodes(Talosctl talosctl, ClusterFiles files)
{
    /// <summary>What talosctl says where a node wants a client certificate: it is not in maintenance mode.</summary>
    private const string WantsCertificate = "certificate required";

    /// <summary>What it says where the node's own certificate is of an authority that the client does not know.</summary>
    private const string UnknownAuthority = "certificate signed by unknown authority";

    /// <summary>What Talos says to a second bootstrap.</summary>
    private const string HasData = "etcd data directory is not empty";

    /// <summary>What Talos calls the end of starting from a disk.</summary>
    public static IReadOnlyList<string> StagesFromDisk { get; } = ["booting", "running"];

    /// <summary>Asks a node what it is.</summary>
    public async Task<NodeReading> ReadAsync(ClusterNode node, CancellationToken cancellationToken)
    {
        var machine = await GetAsync(node, "machinestatus", cancellationToken);
        if (machine.IsSuccess)
        {
            return await MemberAsync(node, machine, cancellationToken);
        }

        var maintenance = await talosctl.AskAsync(["get", "disks", "--insecure", "-n", $"{node.Address}"], cancellationToken);
        return new()
        {
            Condition =
                maintenance.IsSuccess ? NodeCondition.Maintenance
                : maintenance.Errors.Contains(WantsCertificate, StringComparison.Ordinal) && machine.Errors.Contains(UnknownAuthority, StringComparison.Ordinal)
                    ? NodeCondition.Foreign
                : NodeCondition.Silent,
            Refusals = maintenance.IsSuccess ? [] : [machine.Reason, maintenance.Reason],
        };
    }

    /// <summary>Gives a node in maintenance mode its configuration, with which it installs itself.</summary>
    public Task<TalosctlResult> ConfigureAsync(ClusterNode node, CancellationToken cancellationToken) =>
        talosctl.AskAsync(["apply-config", "--insecure", "-n", $"{node.Address}", "-f", files.ConfigurationOf(node)], cancellationToken);

    /// <summary>Begins etcd on a control plane.</summary>
    /// <returns>Null when it has begun, now or before; else why not.</returns>
    public async Task<string?> BootstrapAsync(ClusterNode node, CancellationToken cancellationToken)
    {
        var result = await talosctl.AskAsync([.. Client(node), "bootstrap"], cancellationToken);
        return result.IsSuccess || result.Errors.Contains(HasData, StringComparison.Ordinal) ? null : result.Reason;
    }

    /// <summary>Has a node forget its configuration and what it ran; Talos stays on its disk, and it starts in maintenance mode.</summary>
    /// <param name="node">The node.</param>
    /// <param name="othersStay">It leaves etcd, and Kubernetes moves what runs on it, which needs the others.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<TalosctlResult> ResetAsync(ClusterNode node, bool othersStay, CancellationToken cancellationToken) =>
        talosctl.AskAsync(
            [
                .. Client(node),
                "reset",
                othersStay ? "--graceful=true" : "--graceful=false",
                "--reboot",
                "--wait=false",
                "--system-labels-to-wipe",
                "STATE",
                "--system-labels-to-wipe",
                "EPHEMERAL",
            ],
            cancellationToken
        );

    /// <summary>Fetches kubeconfig.</summary>
    /// <exception cref="LabException">The node does not give it.</exception>
    public async Task FetchKubeConfigAsync(ClusterNode node, CancellationToken cancellationToken)
    {
        var fresh = $"{files.KubeConfig}.new";
        File.Delete(fresh);
        var result = await talosctl.AskAsync([.. Client(node), "kubeconfig", fresh, "--merge=false"], cancellationToken);
        if (!result.IsSuccess || !File.Exists(fresh))
        {
            throw new LabException($"{node.Name} gives no kubeconfig: {result.Reason}");
        }

        Lab.Emulation.Linux.SecretFile.Restrict(fresh);
        File.Move(fresh, files.KubeConfig, overwrite: true);
    }

    private async Task<NodeReading> MemberAsync(ClusterNode node, TalosctlResult machine, CancellationToken cancellationToken)
    {
        var status = NodeReading.Resources(machine.Output).Select(resource => resource.Spec).FirstOrDefault();
        var disk = NodeReading.Resources((await GetAsync(node, "systemdisk", cancellationToken)).Output).Select(resource => resource.Spec).FirstOrDefault();
        var services = NodeReading.Resources((await GetAsync(node, "services", cancellationToken)).Output);
        var kubernetes = NodeReading.Resources((await GetAsync(node, "nodestatus", cancellationToken)).Output);
        bool Says(string service, string what) => services.Any(known => known.Id == service && NodeReading.IsTrue(known.Spec, what));
        return new()
        {
            Condition = NodeCondition.Member,
            Stage = NodeReading.Text(status, "stage"),
            Unmet = [.. Unmet(status)],
            SystemDisk = NodeReading.Text(disk, "devPath"),
            EtcdRuns = Says("etcd", "running"),
            EtcdIsHealthy = Says("etcd", "healthy"),
            KubeletIsHealthy = Says("kubelet", "healthy"),
            IsReady = kubernetes.Any(known => NodeReading.IsTrue(known.Spec, "nodeReady")),
        };
    }

    private static IEnumerable<string> Unmet(JsonElement status) =>
        status.ValueKind == JsonValueKind.Object
        && status.TryGetProperty("status", out var inner)
        && inner.ValueKind == JsonValueKind.Object
        && inner.TryGetProperty("unmetConditions", out var conditions)
        && conditions.ValueKind == JsonValueKind.Array
            ? conditions.EnumerateArray().Select(condition => VisibleText.Of($"{NodeReading.Text(condition, "name")}: {NodeReading.Text(condition, "reason")}"))
            : [];

    private Task<TalosctlResult> GetAsync(ClusterNode node, string resource, CancellationToken cancellationToken) =>
        talosctl.AskAsync([.. Client(node), "get", resource, "-o", "json"], cancellationToken);

    private string[] Client(ClusterNode node) => ["--talosconfig", files.TalosConfig, "-n", $"{node.Address}", "-e", $"{node.Address}"];
}
