using System.CommandLine;
using Lab.CommandLine;
using Lab.Model.Input;
using Lab.Model.Rendering;

namespace LabCli.Commands;

/// <summary><c>reservations</c>: what a router should know of the lab's machines.</summary>
internal static class ReservationsCommand
{
    private static readonly Option<string> Format = new Option<string>("--format")
    {
        Description =
            "text for people; dnsmasq (a line each), openwrt (for /etc/config/dhcp), mikrotik (for /import) or pfsense (for config.xml) for a router.",
        HelpName = string.Join('|', Reservations.Formats),
        DefaultValueFactory = _ => Reservations.Text,
    }.OneOf([.. Reservations.Formats]);

    public static Command Create()
    {
        var command = new VerbCommand(
            "reservations",
            """
            Print the addresses that a router should reserve for the machines of the lab file, by MAC.

            Examples:
              lab reservations                              MAC, address and name of each machine
              lab reservations --format openwrt >> dhcp     lines for the router's own configuration
            """
        )
        {
            Format,
            CommonOptions.File,
        };
        command.SetAction(arguments =>
        {
            foreach (var line in Reservations.Render(LabFile.Load(arguments.GetValue(CommonOptions.File)), arguments.GetValue(Format)!))
            {
                Console.WriteLine(line);
            }
        });
        return command;
    }
}
