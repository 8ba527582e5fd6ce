using System.CommandLine;
using Lab.CommandLine;
using Lab.Emulation.Machines;
using Lab.Runtime.State;

namespace LabCli.Commands;

/// <summary>Options of the verbs that run a lab.</summary>
internal static class RunOptions
{
    public static readonly Option<string?> MachineConfigs = new("--machine-configs")
    {
        Description = "Folder with a machine configuration NODE.yaml for each node that is to fetch one. Nodes without one start in maintenance mode.",
        HelpName = "DIR",
    };
    public static readonly Option<bool> NoDashboard = new("--no-dashboard")
    {
        Description = "Open no port for the dashboard and for Aspire's resource protocol.",
    };
    public static readonly Option<int> Port = new Option<int>("--port")
    {
        Description = "The dashboard's port on 127.0.0.1; another one is taken where it is not free.",
        HelpName = "PORT",
        DefaultValueFactory = _ => ServingOptions.UsualPort,
    }.Within(0, 65535, "0 (any) to 65535");
    public static readonly Option<bool> Tui = new("--tui")
    {
        Description = "Show the lab full-screen, with logs and commands by keys; needs a terminal (exit code 2).",
    };
    public static readonly Option<bool> NoInstall = new("--no-install")
    {
        Description = "Install and download nothing; print the commands instead (exit code 2).",
    };

    /// <summary>How long a boot may take.</summary>
    public static Option<int> Timeout(string description, TimeSpan usual) =>
        new Option<int>("--timeout")
        {
            Description = description,
            HelpName = "SECONDS",
            DefaultValueFactory = _ => (int)usual.TotalSeconds,
        }.Within(1, (int)OutOfTime.Longest.TotalSeconds, $"1 to {OutOfTime.Longest.TotalSeconds:0} seconds");

    /// <summary>What a lab that stays up serves on this machine.</summary>
    public static ServingOptions Serving(ParseResult arguments) =>
        new(!arguments.GetValue(NoDashboard), arguments.GetValue(Port)) { LabFile = CommonOptions.PathOfFile(arguments) };
}
