using System.CommandLine;
using System.Text.Json;
using Lab.CommandLine;
using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Definition;

namespace LabCli.Commands;

/// <summary><c>doctor</c>: what the host has, what it lacks, and the command that provides it.</summary>
internal static class DoctorCommand
{
    private const int LabFileIsWrong = 1;
    private const int SomethingIsMissing = 2;
    private const int HasTooMuch = 3;

    private static readonly Option<string> Format = new Option<string>("--format")
    {
        Description = "text or json.",
        HelpName = "text|json",
        DefaultValueFactory = _ => "text",
    }.OneOf("text", "json");
    private static readonly Option<bool> Install = new("--install") { Description = "Install what is missing, then report." };

    public static Command Create()
    {
        var command = new VerbCommand("doctor", "Show which requirements of a lab this machine meets, and the command that provides the rest.")
        {
            Format,
            Install,
            CommonOptions.Json,
            CommonOptions.File,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (folders, written) = (LabFolders.OfUser, KindsOf(arguments));
        var kinds = written ?? MachineKinds.Arm64;
        if (arguments.GetValue(Install))
        {
            await new HostInstaller(folders, Console.Error.WriteLine, kinds: kinds).ProvideAsync(install: true, tryAgain: true, cancellationToken);
        }

        var report = await HostReportLine.AllAsync(folders, kinds, cancellationToken);
        var facts = HostFacts.Read();
        var machines = kinds.Architectures.Select(architecture => new MachineLine(architecture, Acceleration.Of(facts, architecture))).ToList();
        var labs = folders.All().Select(lab => new RunningPrivileges(lab.Name, Privileges(lab))).Where(lab => lab.Processes.Count > 0).ToList();
        if (arguments.GetValue(Format) == "json" || arguments.GetValue(CommonOptions.Json))
        {
            Console.WriteLine(
                JsonSerializer.Serialize(
                    report.Cast<object>().Concat(machines.Select(machine => machine.ForPrograms)).Concat(labs),
                    new JsonSerializerOptions(JsonSerializerDefaults.Web)
                    {
                        WriteIndented = true,
                        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                    }
                )
            );
        }
        else
        {
            machines.ForEach(Print);
            Print(report);
            labs.ForEach(Print);
        }

        return labs.Any(lab => lab.Processes.Any(process => process.Excess is not null)) ? HasTooMuch
            : report.Any(line => line is { Found: null, Optional: false }) ? SomethingIsMissing
            : written is null ? LabFileIsWrong
            : 0;
    }

    /// <summary>Those of the lab file; null for one that cannot be read, which is said: it is no reason to say nothing of this machine.</summary>
    private static MachineKinds? KindsOf(ParseResult arguments)
    {
        try
        {
            return MachineKinds.Of(CommonOptions.Definition(arguments));
        }
        catch (LabException e)
        {
            Console.Error.WriteLine($"{e.Message}\nThis report is for arm64 nodes.");
            return null;
        }
    }

    private static List<ProcessLine> Privileges(LabFolder lab) =>
        [
            .. ProcessMark
                .Find(lab)
                .Select(process => ProcessPrivileges.Of(process.Pid))
                .OfType<ProcessPrivileges>()
                .Select(process => new ProcessLine(process, process.Excess(lab))),
        ];

    private static void Print(RunningPrivileges lab)
    {
        Console.WriteLine($"\nProcesses of lab {lab.Lab}, none of which may have more than the network of the lab:");
        foreach (var (process, excess) in lab.Processes)
        {
            Console.WriteLine(
                $"{process.Program, -16} pid {process.Pid, -8} user {process.User, -6} capabilities {process.Effective:x16}{(process.HasFilter ? ", system calls filtered" : "")}{(excess is null ? "" : $"  TOO MUCH: {excess}")}"
            );
        }
    }

    /// <summary>Plain lines: a command is to be copied, so nothing is broken to fit a screen.</summary>
    private static void Print(HostReportLine[] report)
    {
        foreach (var line in report)
        {
            var state = line.Found is null
                ? line.Optional
                    ? "missing, optional"
                    : "MISSING"
                : line.Version!;
            Console.WriteLine($"{line.Name, -16} {state, -26} {line.Found ?? $"provided by: {line.Command}"}");
        }

        var missing = report.Count(line => line is { Found: null, Optional: false });
        Console.WriteLine(
            missing == 0
                ? "\nThis machine can run a lab."
                : $"\n{missing} missing. A lab installs them when it starts as root on Debian or a relative; --no-install forbids it."
        );
    }

    private static void Print(MachineLine machine)
    {
        var acceleration = machine.Acceleration;
        Console.WriteLine($"{$"{machine.Architecture.Id()} machines", -16} {$"{acceleration.Id}, {acceleration.Cpu}", -26} {acceleration.Why}.");
        if (acceleration.Remedy is { } remedy)
        {
            Console.WriteLine($"{"", -43} {remedy}");
        }
    }

    /// <summary>How machines of an architecture run here.</summary>
    private sealed record MachineLine(Architecture Architecture, Acceleration Acceleration)
    {
        public object ForPrograms =>
            new
            {
                Machines = Architecture.Id(),
                Accelerator = Acceleration.Id,
                Acceleration.Cpu,
                Acceleration.Why,
                Acceleration.Remedy,
            };
    }

    /// <summary>What runs for a lab, and what it may do.</summary>
    private sealed record RunningPrivileges(string Lab, List<ProcessLine> Processes);

    private sealed record ProcessLine(ProcessPrivileges Process, string? Excess);
}
