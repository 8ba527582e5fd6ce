using System.Text.Json.Serialization;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Resources;

/// <summary>What the machine of a node is and boots; null where that is not known.</summary>
public record MachineFacts
{
    /// <summary>Its role in the cluster.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    /// <summary>Its processor's architecture, by the name of <see cref="Architectures.Id"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Arch { get; init; }

    /// <summary>How many processors it has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Cpus { get; init; }

    /// <summary>Its memory in MiB.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MemoryMib { get; init; }

    /// <summary>The sizes of its disks in GiB, the one that it boots from first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? DisksGib { get; init; }

    /// <summary>True where it has a TPM.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasTpm { get; init; }

    /// <summary>What it boots, as the user has said it: <c>stand-in</c>, a release, an image, a folder.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Image { get; init; }

    /// <summary>Where the image came from, in words.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ImageFrom { get; init; }

    /// <summary>Processors, memory and disks in short: <c>2 CPUs, 2 GiB, disk 20 GiB</c>; empty where nothing is known.</summary>
    [JsonIgnore]
    public string Hardware =>
        string.Join(
            ", ",
            new[]
            {
                Cpus is { } cpus ? $"{cpus} CPU{(cpus == 1 ? "" : "s")}" : null,
                Memory,
                DisksGib switch
                {
                    null => null,
                    [] => "no disk",
                    var disks => $"disk {Disks(disks)}",
                },
                HasTpm ? "TPM" : null,
            }.OfType<string>()
        );

    /// <summary><c>512 MiB</c>, <c>2 GiB</c>; null where it is not known.</summary>
    [JsonIgnore]
    public string? Memory =>
        MemoryMib is { } mib
            ? mib % 1024 == 0
                ? $"{mib / 1024} GiB"
                : $"{mib} MiB"
            : null;

    /// <summary><c>20 GiB + 100 GiB</c></summary>
    public static string Disks(IReadOnlyList<int> gib) => string.Join(" + ", gib.Select(size => $"{size} GiB"));

    /// <summary>The virtual machine of a node.</summary>
    /// <param name="machine">What the definition says of it.</param>
    /// <param name="image">What it boots; says what memory it has where the definition does not.</param>
    public static MachineFacts OfVirtual(NodeMachine machine, BootImage image) =>
        OfReal(machine) with
        {
            Cpus = machine.Cpus,
            MemoryMib = machine.MemoryMib ?? image.MemoryMib,
            DisksGib = [.. machine.Disks.Select(disk => disk.Gib)],
            HasTpm = machine.HasTpm,
        };

    /// <summary>The real machine of a node: the definition does not know its hardware.</summary>
    /// <param name="machine">What the definition says of it.</param>
    public static MachineFacts OfReal(NodeMachine machine) => new() { Role = machine.Role, Arch = machine.Architecture.Id() };
}
