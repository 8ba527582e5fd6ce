using System.CommandLine;
using System.Text.Json;
using Lab.CommandLine;
using Lab.Dashboard.Access;
using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Running;

namespace LabCli.Commands;

/// <summary><c>ps</c>: the labs of this user.</summary>
internal static class PsCommand
{
    private const string Wide = "wide";

    private static readonly Option<string?> Output = new Option<string?>("--output", "-o")
    {
        Description = "wide: more of each node and service. --json has all of it.",
        HelpName = Wide,
    }.OneOf(Wide);

    public static Command Create()
    {
        var command = new VerbCommand(
            "ps",
            """
            List the labs of this user: those that run, and those that a crash has left.

            Examples:
              lab ps                  the labs with their nodes and services
              lab ps -o wide          with role, image, hardware, addresses, uptime and restarts
            """
        )
        {
            Output,
            CommonOptions.Json,
        };
        command.SetAction(arguments =>
            Print(
                LabFolders.OfUser.All().Select(Read).OfType<Entry>().ToList(),
                arguments.GetValue(CommonOptions.Json),
                isWide: arguments.GetValue(Output) == Wide
            )
        );
        return command;
    }

    /// <returns>Null for a lab of which only logs are left.</returns>
    private static Entry? Read(LabFolder lab)
    {
        var host = Journal.Read(lab).OfType<HostStarted>().LastOrDefault();
        return host is null ? null : new Entry(lab.Name, host.Process.IsAlive ? "running" : "stale", host.Pid, host.Time, LabStatus.Read(lab.Root));
    }

    private static void Print(List<Entry> labs, bool json, bool isWide)
    {
        if (json)
        {
            labs.ForEach(lab => Console.WriteLine(JsonSerializer.Serialize(lab, JsonSerializerOptions.Web)));
            return;
        }

        if (labs.Count == 0)
        {
            Console.WriteLine("No lab is running.");
            return;
        }

        foreach (var lab in labs)
        {
            Console.WriteLine($"{lab.Name}: {lab.State}, pid {lab.Pid}, since {lab.Since.ToLocalTime():yyyy-MM-dd HH:mm:ss}");
            if (lab.State == "running" && LabAccess.Read(LabFolders.OfUser.Lab(lab.Name))?.NewLink() is { } link)
            {
                Console.WriteLine($"  {"dashboard", -26} {link}");
            }

            if (isWide && lab.Status is { } wide)
            {
                WideList.Lines(wide, TimeProvider.System.GetUtcNow()).ToList().ForEach(line => Console.WriteLine($"  {line}".TrimEnd()));
            }

            foreach (var (node, state) in isWide ? [] : lab.Status?.Nodes ?? [])
            {
                Console.WriteLine($"  {node, -26} {state}");
            }

            foreach (var (node, installed) in lab.Status?.Installed ?? [])
            {
                Console.WriteLine($"  {node, -26} installed, boots from {(installed.Reinstall ? "the network once" : "its disk")}: {installed.Evidence}");
            }

            foreach (var (mac, client) in lab.Status?.Seen ?? [])
            {
                Console.WriteLine($"  {mac, -26} seen, not of the lab: {client}");
            }

            foreach (var (service, status) in isWide ? [] : lab.Status?.Services ?? [])
            {
                Console.WriteLine($"  {service, -26} {status.State, -14} {status.Url ?? status.Address}");
            }
        }

        if (labs.Any(lab => lab.State == "stale"))
        {
            Console.WriteLine($"Remove stale labs with: {LabCommand.Line("down --all")}");
        }
    }

    private sealed record Entry(string Name, string State, int Pid, DateTimeOffset Since, LabStatus? Status);
}
