using Lab.Model;

namespace Lab.AppHost;

/// <summary>
/// The program's command line. The lab's options become configuration, which is what Aspire makes of <c>--key value</c>; all else is
/// Aspire's. Verbs are the program lab's.
/// </summary>
internal static class LabArguments
{
    private const int WrongCommandLine = 2;

    private const string Help = """
        Runs the lab of lab.yaml as an Aspire application, with Aspire's dashboard.

        Usage: dotnet run --project Lab.AppHost [-- options]     or: aspire run [-- options]

          --file FILE              the lab file; without it lab.yaml, or the defaults
          --name NAME              another name than the file's
          --nodes N                the first N nodes; further ones are made up
          --image DIR|REF|VERSION  boot a Talos instead of the stand-in
          --machine-configs DIR    machine configurations for the nodes to fetch
          --vpc                    rehearse the cloud instead of the home network
          --fault FAULT            rehearse a mistake
          --port PORT              port of the lab's own page

        Everything else, for terminals and scripts, is the program lab:
        """;

    /// <summary>Options that have a value.</summary>
    private static readonly string[] Valued = ["--file", "--name", "--nodes", "--image", "--machine-configs", "--fault", "--port"];

    /// <summary>Options of a deployment: lab-deploy's.</summary>
    private static readonly string[] OfDeployments = ["--target", "--endpoint", "--profile", "--date", "--over-budget", Emulator];

    private const string Vpc = "--vpc";

    private const string Emulator = "--emulator";

    /// <summary>Options of lab up that mean nothing in an application, with what to do instead.</summary>
    private static readonly string[] ForScripts = ["--once", "--json", "--timeout", "--no-dashboard", "--no-install"];

    /// <summary>The command line as Aspire takes it.</summary>
    /// <exception cref="LabException">Something of it is the program lab's, or wrong.</exception>
    public static string[] Parse(string[] arguments)
    {
        if (arguments.Any(argument => argument is "--help" or "-h" or "-?"))
        {
            throw new LabException($"{Help} {LabCommand.Line("--help")}", exitCode: 0);
        }

        if (arguments is [{ Length: > 0 } verb, ..] && verb[0] != '-')
        {
            throw new LabException(
                $"Lab.AppHost is the lab as an Aspire application and has no verbs. Run: {LabCommand.Line(string.Join(' ', arguments))}",
                WrongCommandLine
            );
        }

        if (arguments.Any(argument => ForScripts.Contains(Name(argument))))
        {
            throw new LabException(
                $"Lab.AppHost is the lab as an Aspire application; options for scripts belong to the program lab. Run: {LabCommand.Line($"up {string.Join(' ', arguments)}")}",
                WrongCommandLine
            );
        }

        return [.. arguments.Select((argument, place) => Checked(place == 0 ? null : arguments[place - 1], argument, arguments.ElementAtOrDefault(place + 1)))];
    }

    private static string Checked(string? last, string argument, string? next)
    {
        if (argument is Vpc or Emulator)
        {
            return next is "true" or "false" ? argument : $"{argument}=true";
        }

        // Configuration has no short options: they would be passed over.
        if (argument is ['-', not '-', ..] && last?.StartsWith("--", StringComparison.Ordinal) is not true)
        {
            throw new LabException($"There is no option {argument}. See: --help", WrongCommandLine);
        }

        var hasValue = argument.Split('=', 2) is [_, var own] ? own.Length > 0 : next is { Length: > 0 } && !next.StartsWith("--", StringComparison.Ordinal);
        if (Valued.Contains(Name(argument)) && !hasValue)
        {
            throw new LabException($"{Name(argument)} takes a value.", WrongCommandLine);
        }

        // A word that is nearly one of the lab's is a mistake of typing; all else may be Aspire's or the application's configuration.
        return
            argument.StartsWith("--", StringComparison.Ordinal)
            && Name(argument) is var name
            && !Valued.Contains(name)
            && !OfDeployments.Contains(name)
            && name != Vpc
            && Nearest.Of(name, [.. Valued, Vpc]) is { } near
            ? throw new LabException($"There is no option {name}. Did you mean {near}?", WrongCommandLine)
            : argument;
    }

    private static string Name(string argument) => argument.Split('=', 2)[0];
}
