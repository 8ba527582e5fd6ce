using System.Text.Json;

namespace Lab.Model.Definition;

/// <summary>The processor of a machine, by the names that container images and Debian have for it.</summary>
public enum Architecture
{
    /// <summary>64-bit ARM.</summary>
    Arm64,

    /// <summary>x86-64.</summary>
    Amd64,
}

/// <summary>What is different for the architectures.</summary>
public static class Architectures
{
    /// <summary>The name: <c>arm64</c>.</summary>
    public static string Id(this Architecture architecture) => JsonNamingPolicy.CamelCase.ConvertName($"{architecture}");

    /// <summary>The name that EC2 has for it: <c>x86_64</c>.</summary>
    public static string OnAws(this Architecture architecture) => architecture == Architecture.Amd64 ? "x86_64" : architecture.Id();

    /// <summary>The serial console of QEMU's machine, as Linux calls it.</summary>
    public static string Console(this Architecture architecture) => architecture == Architecture.Amd64 ? "ttyS0" : "ttyAMA0";

    /// <summary>Those of a lab's nodes, in the order of their names; arm64 for a lab without nodes.</summary>
    public static IReadOnlyList<Architecture> Of(LabDefinition lab) =>
        [.. lab.Nodes.Select(node => lab.MachineOf(node).Architecture).DefaultIfEmpty(Architecture.Arm64).Distinct().Order()];

    /// <summary>Those of a lab's instances on AWS, that of further nodes first.</summary>
    public static IReadOnlyList<Architecture> OfInstances(LabDefinition lab) => [.. Of(lab).Prepend(NodeLaunch.Further(lab).Architecture).Distinct()];
}
