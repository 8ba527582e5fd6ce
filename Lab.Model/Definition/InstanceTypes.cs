namespace Lab.Model.Definition;

/// <summary>What the name of an EC2 instance type tells (https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html).</summary>
public static class InstanceTypes
{
    /// <summary>The families on the older hypervisor (https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-nitro-instances.html lists the others).</summary>
    private static readonly HashSet<string> OnXen = [.. "c1 c3 c4 d2 f1 g2 g3 g3s h1 i2 i3 m1 m2 m3 m4 p2 p3 r3 r4 t1 t2 x1 x1e".Split(' ')];

    /// <summary>What Linux calls the disk that an instance boots from: an NVMe disk on Nitro, else Xen's.</summary>
    public static string DiskOf(string type) => OnXen.Contains(type.Split('.')[0]) ? "/dev/xvda" : "/dev/nvme0n1";

    /// <summary>The processor's architecture: Graviton families carry a g after the generation's digit, as t4g, c7gn and m8gd do.</summary>
    public static Architecture ArchitectureOf(string type)
    {
        var family = type.Split('.')[0];
        var isGraviton =
            family == "a1" || (family.IndexOfAny(['1', '2', '3', '4', '5', '6', '7', '8', '9']) is > 0 and var digit && family.IndexOf('g', digit) > 0);
        return isGraviton ? Architecture.Arm64 : Architecture.Amd64;
    }

    /// <summary>What a node is launched as where the definition says nothing of its architecture: 2 vCPU and 2 GiB.</summary>
    public static string DefaultOf(Architecture architecture) => architecture == Architecture.Amd64 ? "t3.small" : "t4g.small";
}
