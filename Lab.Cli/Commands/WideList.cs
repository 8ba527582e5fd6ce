using Lab.Dashboard.Looks;
using Lab.Model;
using Lab.Model.Resources;
using Lab.Model.Running;

namespace LabCli.Commands;

/// <summary>The nodes and services of a lab with all that is known of them, in columns.</summary>
internal static class WideList
{
    private const string Nothing = "-";

    /// <summary>The lines: nodes first, each kind below its heading.</summary>
    /// <param name="lab">What the lab has told.</param>
    /// <param name="now">The time to which uptimes are counted.</param>
    public static IEnumerable<string> Lines(LabStatus lab, DateTimeOffset now)
    {
        var nodes = lab.Nodes.Select(node => Node(lab, node.Key, node.Value, now)).ToList();
        var services = lab.Services.Select(service => Service(service.Key, service.Value, now)).ToList();
        return
        [
            .. Columns(["NODE", "STATE", "ROLE", "ARCH", "CPUS", "MEMORY", "DISK", "IMAGE", "ADDRESS", "FORWARDS", "UP", "RESTARTS"], nodes),
            .. nodes.Count > 0 && services.Count > 0 ? [""] : Array.Empty<string>(),
            .. Columns(["SERVICE", "STATE", "ADDRESS", "FORWARDS", "UP", "RESTARTS"], services),
        ];
    }

    private static string[] Node(LabStatus lab, string name, string state, DateTimeOffset now)
    {
        var machine = lab.Machines?.GetValueOrDefault(name) ?? new LabStatus.MachineStatus();
        var forwards = new[] { lab.Apis.GetValueOrDefault(name) }
            .OfType<string>()
            .Concat(lab.Ports?.GetValueOrDefault(name)?.Select(port => $"{port.Key}={port.Value}") ?? []);
        return
        [
            name,
            state,
            machine.Role ?? Nothing,
            machine.Arch ?? Nothing,
            machine.Cpus is { } cpus ? $"{cpus}" : Nothing,
            machine.Memory ?? Nothing,
            machine.DisksGib is { Count: > 0 } disks ? MachineFacts.Disks(disks) : Nothing,
            machine.Image ?? Nothing,
            machine.Address ?? Nothing,
            string.Join(",", forwards.DefaultIfEmpty(Nothing)),
            Up(machine.Since, now),
            $"{machine.Restarts}",
        ];
    }

    private static string[] Service(string name, LabStatus.ServiceStatus service, DateTimeOffset now) =>
        [
            name,
            service.State.ToString(),
            service.Address ?? Nothing,
            service.Url?.Replace("http://", "", StringComparison.Ordinal) ?? Nothing,
            Up(service.Since, now),
            $"{service.Restarts}",
        ];

    private static string Up(DateTimeOffset? since, DateTimeOffset now) => since is { } time ? Texts.Duration(now - time) : Nothing;

    private static IEnumerable<string> Columns(string[] heading, IReadOnlyList<string[]> rows)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        List<string[]> all = [heading, .. rows.Select(row => row.Select(VisibleText.Of).ToArray())];
        var widths = heading.Index().Select(column => all.Max(row => row[column.Index].Length)).ToList();
        return all.Select(row => string.Join("  ", row.Zip(widths, (cell, width) => cell.PadRight(width))).TrimEnd());
    }
}
