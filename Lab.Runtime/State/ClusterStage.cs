namespace Lab.Runtime.State;

/// <summary>What comes after a node is ready: the stages of becoming a cluster's, in order. They go on after its machine has booted again.</summary>
public enum ClusterStage
{
    /// <summary>It has its machine configuration.</summary>
    Configured,

    /// <summary>Talos is on its disk.</summary>
    Installed,

    /// <summary>It runs from there.</summary>
    Rebooted,

    /// <summary>etcd is healthy; control planes only.</summary>
    Etcd,

    /// <summary>kubelet is healthy.</summary>
    Kubelet,

    /// <summary>Kubernetes says Ready of it.</summary>
    NodeReady,
}

/// <summary>Text forms of the stages.</summary>
public static class ClusterStages
{
    /// <summary>The name in output: lower case, <c>node-ready</c>.</summary>
    public static string Id(this ClusterStage stage) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(stage.ToString());

    /// <summary>The stage of that name; null when there is none.</summary>
    public static ClusterStage? Find(string id) => Enum.GetValues<ClusterStage>().Cast<ClusterStage?>().FirstOrDefault(stage => stage!.Value.Id() == id);
}
