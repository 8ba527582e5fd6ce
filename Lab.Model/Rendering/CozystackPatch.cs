using Lab.Model.Services;

namespace Lab.Model.Rendering;

/// <summary>
/// What CozyStack asks of a node's machine configuration: its kernel modules and limits, no network plugin and no kube-proxy (it brings
/// its own), and control planes that run workloads. Read in talm's preset for CozyStack (August 2026).
/// </summary>
public static class CozystackPatch
{
    private const string PodSubnet = "10.244.0.0/16",
        ServiceSubnet = "10.96.0.0/16",
        Domain = "cozy.local";

    /// <summary>The patch of a node, beside the lab's own.</summary>
    public static string Of(ClusterPlan plan, ClusterNode node) =>
        string.Join('\n', [.. Machine(plan, node), .. Cluster(), .. node.IsControlPlane ? ControlPlane(plan) : [], ""]);

    private static string[] Machine(ClusterPlan plan, ClusterNode node) =>
        [
            "machine:",
            .. node.IsControlPlane ? new[] { "  nodeLabels:", "    node.kubernetes.io/exclude-from-external-load-balancers:", "      $patch: delete" } : [],
            "  kubelet:",
            "    nodeIP:",
            "      validSubnets:",
            .. plan.Subnets.Select(subnet => $"        - {subnet}"),
            "    extraConfig:",
            "      cpuManagerPolicy: static",
            "      maxPods: 512",
            "  sysctls:",
            "    net.ipv4.neigh.default.gc_thresh1: \"4096\"",
            "    net.ipv4.neigh.default.gc_thresh2: \"8192\"",
            "    net.ipv4.neigh.default.gc_thresh3: \"16384\"",
            "    net.ipv4.tcp_orphan_retries: \"3\"",
            "    net.ipv4.tcp_fin_timeout: \"30\"",
            "    net.core.netdev_max_backlog: \"5000\"",
            "    net.core.netdev_budget: \"600\"",
            "    net.core.netdev_budget_usecs: \"8000\"",
            "  kernel:",
            "    modules:",
            "      - name: openvswitch",
            "      - name: drbd",
            "        parameters:",
            "          - usermode_helper=disabled",
            "      - name: zfs",
            "      - name: spl",
            "      - name: vfio_pci",
            "      - name: vfio_iommu_type1",
            "  certSANs:",
            "    - 127.0.0.1",
            "  files:",
            "    - path: /etc/cri/conf.d/20-customization.part",
            "      op: create",
            "      content: |",
            "        [plugins]",
            "          [plugins.\"io.containerd.grpc.v1.cri\"]",
            "            device_ownership_from_security_context = true",
            "          [plugins.\"io.containerd.cri.v1.runtime\"]",
            "            device_ownership_from_security_context = true",
            "    - path: /etc/lvm/lvm.conf",
            "      op: overwrite",
            "      permissions: 0o644",
            "      content: |",
            "        backup {",
            "          backup = 0",
            "          archive = 0",
            "        }",
            "        devices {",
            "          global_filter = [ \"r|^/dev/drbd.*|\", \"r|^/dev/dm-.*|\", \"r|^/dev/zd.*|\", \"r|^/dev/loop.*|\" ]",
            "        }",
        ];

    private static string[] Cluster() =>
        [
            "cluster:",
            "  network:",
            "    cni:",
            "      name: none",
            $"    dnsDomain: {Domain}",
            "    podSubnets:",
            $"      - {PodSubnet}",
            "    serviceSubnets:",
            $"      - {ServiceSubnet}",
        ];

    private static string[] ControlPlane(ClusterPlan plan) =>
        [
            "  allowSchedulingOnControlPlanes: true",
            "  controllerManager:",
            "    extraArgs:",
            "      bind-address: 0.0.0.0",
            "  scheduler:",
            "    extraArgs:",
            "      bind-address: 0.0.0.0",
            "  apiServer:",
            "    certSANs:",
            "      - 127.0.0.1",
            "  proxy:",
            "    disabled: true",
            "  discovery:",
            "    enabled: false",
            "  etcd:",
            "    advertisedSubnets:",
            .. plan.Subnets.Select(subnet => $"      - {subnet}"),
            "    extraArgs:",
            "      quota-backend-bytes: \"8589934592\"",
        ];
}
