using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using Lab.CommandLine;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Model;

namespace Lab.Deployer.Commands;

/// <summary><c>cluster exec</c>: a command of this machine that reaches the cluster's nodes.</summary>
internal static class ClusterExecCommand
{
    /// <summary>ENOENT.</summary>
    private const int NoSuchFile = 2;

    private static readonly Argument<string[]> CommandLine = new("COMMAND")
    {
        Description = "A program of this machine and its arguments, after --.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Create(AwsSide side)
    {
        var command = new VerbCommand(
            "exec",
            """
            Run a command of this machine that reaches the nodes at their private addresses: talosctl, kubectl, helm.

            It finds the way in HTTPS_PROXY, and the cluster's files in TALOSCONFIG and KUBECONFIG. Files, terminal and exit code are its own; Ctrl-C goes to it. What is not the cluster's goes its usual way.

            Examples:
              lab-deploy cluster exec --target aws -- kubectl get nodes
              lab-deploy cluster exec --target aws -- talosctl dashboard
              lab-deploy cluster exec --target aws -- bash

            Exit codes: the command's; 125 lab-deploy has failed, 126 the command cannot be run, 127 there is no such command.
            """
        )
        {
            CommandLine,
        };
        foreach (var option in side.Options)
        {
            command.Options.Add(option);
        }

        command.FailureCode = CommandExit.Of;
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                var (_, plan, folder) = side.Choose(arguments);
                await using var proxy = await AwsSide.ProxyAsync(arguments, plan, cancellationToken);
                var line = arguments.GetValue(CommandLine)!;
                var program = TalosctlRelease.OfCommand(line[0], () => plan.Definition.Talos, LabFolders.OfUser);
                return await RunAsync(program, line[1..], [.. proxy?.Environment ?? new Dictionary<string, string?>(), .. Files(folder)], cancellationToken);
            }
        );
        return command;
    }

    private static IEnumerable<KeyValuePair<string, string?>> Files(LabFolder folder) =>
        new Dictionary<string, string?> { ["TALOSCONFIG"] = folder.TalosConfig, ["KUBECONFIG"] = folder.KubeConfig }.Where(file => File.Exists(file.Value));

    /// <summary>Its terminal is this program's, and so is the signal of a key pressed there: this program ends when the command has.</summary>
    private static async Task<int> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        IEnumerable<KeyValuePair<string, string?>> environment,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(program, arguments);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            Interruption.LeaveCtrlCToCommand();
            using var process = Process.Start(start)!;
            await using var stop = cancellationToken.Register(process.Kill);
            await process.WaitForExitAsync(CancellationToken.None);
            return process.ExitCode;
        }
        catch (Win32Exception e)
        {
            throw new LabException(
                $"{program} cannot be run: {e.Message}",
                e.NativeErrorCode == NoSuchFile ? CommandExit.NotFound : CommandExit.NotExecutable,
                e
            );
        }
    }
}
