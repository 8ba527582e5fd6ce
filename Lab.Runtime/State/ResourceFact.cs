using System.Globalization;
using Lab.Emulation.Machines;
using Lab.Model;
using Lab.Model.Resources;

namespace Lab.Runtime.State;

/// <summary>Something known of a resource beyond its state, for views that show names and values.</summary>
/// <param name="Key">Name in Aspire's protocol, where it has one of its own.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Value">A text or a whole number.</param>
public sealed record ResourceFact(string Key, string Name, object Value)
{
    /// <summary>What a resource is, where it answers, what it is doing, and how far its boot came.</summary>
    /// <param name="now">The resource.</param>
    /// <param name="boot">Its boot, if it is a node.</param>
    /// <returns>Texts of others with escapes: other dashboards show them as they are.</returns>
    public static IEnumerable<ResourceFact> Of(ResourceSnapshot now, BootSnapshot? boot) =>
        Raw(now, boot).Select(fact => fact.Value is string text ? fact with { Value = VisibleText.Of(text) } : fact);

    private static IEnumerable<(string Key, string Name, string Value)> OfMachine(MachineFacts machine) =>
        new (string Key, string Name, string? Value)[]
        {
            ("role", "Role", machine.Role),
            ("image", "Image", machine.Image),
            ("image-from", "Image from", machine.ImageFrom),
            ("arch", "Architecture", machine.Arch),
            ("hardware", "Hardware", machine.Hardware is { Length: > 0 } hardware ? hardware : null),
        }
            .Where(fact => fact.Value is not null)
            .Select(fact => (fact.Key, fact.Name, fact.Value!));

    private static IEnumerable<ResourceFact> Raw(ResourceSnapshot now, BootSnapshot? boot)
    {
        yield return new("resource.source", "Description", now.Definition.Description);
        if (now.Definition.Address is { Length: > 0 } address)
        {
            yield return new("lab.address", "Address", address);
        }

        if (now.Definition.Machine is { } machine)
        {
            foreach (var (key, name, value) in OfMachine(machine))
            {
                yield return new($"lab.machine.{key}", name, value);
            }
        }

        if (now.Pid is { } pid)
        {
            yield return new("executable.pid", "Process ID", pid);
        }

        if (now.Detail is { } detail)
        {
            yield return new("lab.detail", "Detail", detail);
        }

        if (now.BootsFrom is { } source)
        {
            yield return new("lab.boots-from", "Boots from", source);
        }

        yield return new("lab.restarts", "Restarts", now.Restarts);
        foreach (var stage in boot?.Stages ?? [])
        {
            yield return new(
                $"lab.boot.{stage.Stage.Id()}",
                $"Boot: {stage.Stage.Id()}",
                string.Create(CultureInfo.InvariantCulture, $"{stage.Elapsed.TotalSeconds:0.00} s")
            );
        }

        if (boot?.Failure is { } failure)
        {
            yield return new("lab.boot.failed", "Boot failed", $"{failure.Ending}: {failure.Cause}");
            if (failure.Remedy.Length > 0)
            {
                yield return new("lab.boot.remedy", "What to do", failure.Remedy);
            }
        }
    }
}
