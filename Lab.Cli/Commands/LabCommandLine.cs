using System.CommandLine;
using Lab.CommandLine;

namespace LabCli.Commands;

/// <summary>The program's verbs.</summary>
internal static class LabCommandLine
{
    /// <summary>All of them.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand(
            """
            Rehearses a network-boot lab on this machine: DHCP, TFTP, HTTP boot, DNS, registry caches, an AWS emulator and nodes that boot from the network.

            Examples:
              lab init                  write a lab.yaml to begin with
              lab up                    bring up the lab of lab.yaml until Ctrl-C
              lab up --once             boot the nodes, report, take everything down
              lab up --vpc              rehearse what lab-deploy makes on AWS
              lab serve -i eth0         serve real machines on a real network
              lab ps                    which labs run
              lab logs dnsmasq -f       what a service says
              lab power-cycle cp1       as pulling the plug does
              lab exec -- dig cp1       a command in the lab's network
              lab cluster status        how far the nodes are as a cluster
              lab runs                  the last runs, to open and to compare
              lab doctor                what this machine lacks
              lab check                 what of lab.yaml cannot work on AWS

            Not installed? In a clone of Lab, "lab" is: dotnet run --project Lab.Cli --
            """
        )
        {
            UpCommand.Create(),
            ServeCommand.Create(),
            ReservationsCommand.Create(),
            AdoptCommand.Create(),
            RenderCommand.Create(),
            InitCommand.Create(),
            PsCommand.Create(),
            DownCommand.Create(),
            LogsCommand.Create(),
            ConsoleCommand.Create(),
            ExecCommand.Create(),
            ShellCommand.Create(),
            EnvCommand.Create(),
        };
        root.Subcommands.Add(ClusterCommand.Create());
        ResourceCommands.Create().ToList().ForEach(root.Subcommands.Add);
        root.Subcommands.Add(DashboardCommand.Create());
        root.Subcommands.Add(RouteCommand.Create());
        root.Subcommands.Add(ReportCommand.Create());
        root.Subcommands.Add(SupportCommand.Create());
        root.Subcommands.Add(RunsCommand.Create());
        root.Subcommands.Add(CompareCommand.Create());
        root.Subcommands.Add(CheckCommand.Create());
        root.Subcommands.Add(DoctorCommand.Create());
        root.Subcommands.Add(SchemaCommand.Create());
        root.Subcommands.Add(CompletionCommand.Create());
        root.Subcommands.Add(VersionCommand.Create(root));
        root.Subcommands.Add(HelpCommand.Create(root));
        VerbHelp.Install(root);
        root.SetAction(_ => root.Parse(["--help"]).Invoke());
        return root;
    }
}
