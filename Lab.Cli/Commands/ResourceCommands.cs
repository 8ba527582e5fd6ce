using System.CommandLine;
using Lab.CommandLine;
using Lab.Model.Resources;

namespace LabCli.Commands;

/// <summary><c>start</c>, <c>stop</c>, <c>restart</c>, <c>power-off</c>, <c>power-cycle</c>, <c>reset-disk</c>, <c>reset-firmware</c>, <c>reinstall</c>, <c>mark-installed</c>: what can be done with a resource of a running lab.</summary>
internal static class ResourceCommands
{
    private static readonly Argument<string> Resource = CommonOptions.Resource(
        "resource",
        "A resource, as ps names it.",
        resource => resource.Commands.Count > 0
    );

    public static IEnumerable<Command> Create() =>
        [
            Verb(ResourceCommand.Start, "Start a service of a running lab, or switch a node on."),
            Verb(ResourceCommand.Stop, "Stop a service of a running lab; it stays stopped until it is started again."),
            Verb(ResourceCommand.Restart, "Stop a service of a running lab and start it again."),
            Verb(ResourceCommand.PowerOff, "Switch a node of a running lab off, as pulling the plug does."),
            Verb(ResourceCommand.PowerCycle, "Switch a node of a running lab off and on again; what is on its disk and in its UEFI variables stays."),
            Verb(ResourceCommand.ResetDisk, "Make the disk of a node of a running lab blank; a node that is on is switched off before and on again after."),
            Verb(
                ResourceCommand.ResetFirmware,
                "Empty the UEFI variables of a node of a running lab; a node that is on is switched off before and on again after."
            ),
            Verb(
                ResourceCommand.Reinstall,
                "Boot an installed machine that lab serve serves from the network at its next start, once; after that from its disk again."
            ),
            MarkInstalled(),
        ];

    private static Command MarkInstalled()
    {
        var not = new Option<bool>("--not") { Description = "Take the mark back: the machine boots from the network when it asks for that." };
        var command = Verb(
            ResourceCommand.MarkInstalled,
            "Note that a machine that lab serve serves is installed: it is left to its disk from then on.",
            arguments => arguments.GetValue(not) ? ResourceCommand.MarkNotInstalled : ResourceCommand.MarkInstalled
        );
        command.Options.Add(not);
        return command;
    }

    private static Command Verb(string name, string description) => Verb(name, description, _ => name);

    private static Command Verb(string verb, string description, Func<ParseResult, string> commandOf)
    {
        var command = new VerbCommand(verb, description) { Resource, CommonOptions.File, CommonOptions.Name };
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                var name = commandOf(arguments);
                using var lab = new LabClient(CommonOptions.Lab(arguments));
                await lab.ExecuteAsync(arguments.GetValue(Resource)!, name, cancellationToken);
                Console.WriteLine($"{arguments.GetValue(Resource)}: {name} done.");
                return 0;
            }
        );
        return command;
    }
}
