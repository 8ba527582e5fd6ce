using System.CommandLine;
using System.Text.Json;
using Lab.AppHost.Embedded;
using Lab.Emulation.Host;
using Spectre.Console;

namespace Lab.AppHost.Commands;

/// <summary><c>ps</c>: the labs of this user.</summary>
internal static class PsCommand
{
    public static Command Create()
    {
        var command = new Command("ps", "List the labs of this user: those that run, and those that a crash has left.") { CommonOptions.Json };
        command.SetAction(arguments => Print(LabFolders.OfUser.All().Select(Read).OfType<Entry>().ToList(), arguments.GetValue(CommonOptions.Json)));
        return command;
    }

    /// <returns>Null for a lab of which only logs are left.</returns>
    private static Entry? Read(LabFolder lab)
    {
        var host = Journal.Read(lab).OfType<HostStarted>().LastOrDefault();
        return host is null ? null : new Entry(lab.Name, host.Process.IsAlive ? "running" : "stale", host.Pid, host.Time, LabStatus.Read(lab));
    }

    private static void Print(List<Entry> labs, bool json)
    {
        if (json)
        {
            labs.ForEach(lab => Console.WriteLine(JsonSerializer.Serialize(lab, JsonSerializerOptions.Web)));
            return;
        }

        if (labs.Count == 0)
        {
            Console.WriteLine("No lab runs.");
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("Lab", "State", "Pid", "Since", "Nodes", "On this machine");
        foreach (var lab in labs)
        {
            table.AddRow(
                lab.Name, lab.State, $"{lab.Pid}", $"{lab.Since.ToLocalTime():yyyy-MM-dd HH:mm:ss}",
                string.Join('\n', lab.Status?.Nodes.Select(node => $"{node.Key} {node.Value}") ?? []).EscapeMarkup(),
                string.Join('\n', lab.Status?.Services.Where(service => service.Value.Url is not null).Select(service => $"{service.Key} {service.Value.Url}") ?? []).EscapeMarkup());
        }

        AnsiConsole.Write(table);
        if (labs.Any(lab => lab.State == "stale"))
        {
            Console.WriteLine("Stale labs are removed by: dotnet run --project Lab.AppHost -- down --all");
        }
    }

    private sealed record Entry(string Name, string State, int Pid, DateTimeOffset Since, LabStatus? Status);
}
