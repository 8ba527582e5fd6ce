using System.Text.RegularExpressions;
using Lab.Emulation.Machines;

namespace Lab.Runtime.Cluster;

/// <summary>Why a node does not become the cluster's: what Talos and talosctl say, and what it means. Without such evidence there is no cause.</summary>
internal static class ClusterCauses
{
    /// <summary>What stands where no evidence says more.</summary>
    public static readonly Reason Unknown = new("Unknown; the evidence is all that there is to see from outside.", "See whether the node's console says more.");

    /// <summary>What a node is that belongs to others.</summary>
    public static readonly Reason Foreign = new(
        "It is configured already, for another cluster: its certificates are of another authority.",
        "Use that cluster's secrets (cluster: { secrets: FILE }), or make its disk blank."
    )
    {
        Setting = "cluster.secrets",
    };

    private static readonly (Regex Said, Reason Reason)[] Rows =
    [
        Row(
            "time is not in sync|^time: ",
            "Its clock is not set, and without time no certificate is valid: no time server answers it.",
            "Let it reach a time server. The lab's is the bastion (UDP port 123)."
        ),
        Row(
            "no answer within",
            "talosctl gets no answer in time: the node is busy, or hangs.",
            "See its console; give it more time with --timeout, or power-cycle it."
        ),
        Row(
            // Through a tunnel a closed port is a connection that ends at once.
            "connection refused|handshake failed: EOF|server preface: EOF",
            "Its Talos API is closed: it starts, installs itself, or has stopped.",
            "See its console for which; if it has stopped, power-cycle it."
        ),
        Row(
            "i/o timeout|no route to host|network is unreachable|deadline exceeded",
            "It is not reachable at its address: it is off, reboots, or its network does not work.",
            "Switch it on, and see on its console which address it has."
        ),
        Row(
            "failed to validate|invalid configuration|validation|InvalidArgument|unknown keys",
            "Talos does not take its machine configuration.",
            "Correct what the evidence names, in the patches of the lab file, then run cluster up again."
        ),
        Row("bootstrap is not available yet", "Its etcd cannot begin yet.", "See to what the evidence says that it waits for, then run cluster up again."),
        Row("^network: ", "Its network is not up: no address, or no DHCP server answers it.", "See the DHCP server's log for its MAC."),
        Row(
            "^nodeReady: |network plugin|cni",
            "Kubernetes does not call it Ready: usually its network plugin is not there yet, whose image may be missing in the caches.",
            "See the caches' logs for an image that is missing."
        ),
        Row(
            "^staticPods: |^services: |pull|manifest unknown",
            "Something on it does not get healthy, usually since an image cannot be pulled.",
            "See the caches' logs for an image that is missing."
        ),
    ];

    /// <summary>The reason that the first row tells whose words are in the evidence.</summary>
    public static Reason Of(IEnumerable<string> evidence) =>
        Rows.Where(row => evidence.Any(line => row.Said.IsMatch(line))).Select(row => row.Reason).FirstOrDefault() ?? Unknown;

    private static (Regex, Reason) Row(string said, string cause, string remedy) =>
        (new(said, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), new Reason(cause, remedy));
}
