namespace Lab.Model.Definition;

/// <summary>What the name of an EC2 instance type tells (https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html).</summary>
public static class InstanceTypes
{
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
