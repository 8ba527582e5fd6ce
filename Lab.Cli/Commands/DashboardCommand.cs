using System.CommandLine;
using Lab.CommandLine;
using Lab.Dashboard.Access;

namespace LabCli.Commands;

/// <summary><c>dashboard</c>: how to open the dashboards of a running lab.</summary>
internal static class DashboardCommand
{
    public static Command Create()
    {
        var command = new VerbCommand(
            "dashboard",
            "Print a new link to a running lab's dashboard, for one browser, and the command that shows the lab in the stand-alone Aspire dashboard."
        )
        {
            CommonOptions.File,
            CommonOptions.Name,
        };
        command.SetAction(arguments =>
        {
            var lab = CommonOptions.Lab(arguments);
            var access = LabAccess.Read(lab) ?? throw LabClient.NotRunning(lab);
            Console.WriteLine(
                access.NewLink() is not { } link
                    ? $"Lab {lab.Name} runs with --no-dashboard."
                    : $"""
                    Dashboard: {link}

                    In the Aspire dashboard, with Docker:
                    {access.AspireDashboardInDocker}

                    or with the aspire program (dotnet tool install --global Aspire.Cli):
                    {access.AspireDashboardCommand}
                    """
            );
        });
        return command;
    }
}
