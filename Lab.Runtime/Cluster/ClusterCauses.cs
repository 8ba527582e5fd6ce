using System.Text.RegularExpressions;

namespace Lab.Runtime.Cluster;

/// <summary>Why a node does not become the cluster's: what Talos and talosctl say, and what it means. Without such evidence there is no cause.</summary>
internal static class ClusterCauses
{
    /// <summary>What stands where no evidence says more.</summary>
    public const string Unknown = "Unknown; the evidence is all that there is to see from outside. The node's console may say more.";

    /// <summary>What a node is that belongs to others.</summary>
    public const string Foreign =
        "It is configured already, for another cluster: its certificates are of another authority. Use that cluster's secrets (cluster: { secrets: FILE }), or make its disk blank.";

    private static readonly (Regex Said, string Cause)[] Rows =
    [
        Row(
            "time is not in sync|^time: ",
            "Its clock is not set, and without time no certificate is valid: no time server answers it. The lab's is the bastion (UDP port 123)."
        ),
        Row("no answer within", "talosctl gets no answer in time: the node is busy, or hangs."),
        Row("connection refused", "Its Talos API is closed: it starts, installs itself, or has stopped."),
        Row(
            "i/o timeout|no route to host|network is unreachable|deadline exceeded",
            "It is not reachable at its address: it is off, reboots, or its network does not work."
        ),
        Row(
            "failed to validate|invalid configuration|validation|InvalidArgument|unknown keys",
            "Talos does not take its machine configuration: the evidence says what of it."
        ),
        Row("bootstrap is not available yet", "Its etcd cannot begin yet: it waits for what the evidence says."),
        Row("^network: ", "Its network is not up: no address, or no DHCP server answers it."),
        Row(
            "^nodeReady: |network plugin|cni",
            "Kubernetes does not call it Ready: usually its network plugin is not there yet, whose image may be missing in the caches."
        ),
        Row(
            "^staticPods: |^services: |pull|manifest unknown",
            "Something on it does not get healthy, usually since an image cannot be pulled: see the caches' logs."
        ),
    ];

    /// <summary>The cause that the first line tells that tells one.</summary>
    public static string Of(IEnumerable<string> evidence) =>
        Rows.Where(row => evidence.Any(line => row.Said.IsMatch(line))).Select(row => row.Cause).FirstOrDefault() ?? Unknown;

    private static (Regex, string) Row(string said, string cause) => (new(said, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), cause);
}
