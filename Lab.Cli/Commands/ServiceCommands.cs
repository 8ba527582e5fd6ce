using System.CommandLine;
using System.CommandLine.Parsing;
using Lab.CommandLine;
using Lab.Dashboard.Serving;
using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Rendering;
using Lab.Runtime.Lan;

namespace LabCli.Commands;

/// <summary><c>serve --install-service</c> and <c>serve --uninstall</c>: the unit with which systemd runs <c>serve</c>.</summary>
internal static class ServiceCommands
{
    public static readonly Option<bool> Install = new("--install-service")
    {
        Description = "Write a unit of systemd that serves with these options from each start of this machine on, and start it.",
    };
    public static readonly Option<bool> Uninstall = new("--uninstall") { Description = "End and remove the unit that --install-service has written." };

    /// <summary>What the program needs of the environment that it was installed from: where its files and .NET are.</summary>
    private static readonly string[] Variables = ["PATH", "HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "DOTNET_ROOT", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"];

    /// <summary>Options whose value is a file or a folder of this machine.</summary>
    private static readonly string[] Paths = [CommonOptions.File.Name, RunOptions.MachineConfigs.Name];

    /// <summary>What contradicts each other.</summary>
    public static void Validate(CommandResult result)
    {
        var given = new[] { Install, Uninstall }.Where(option => result.GetValue(option)).ToList();
        if (given.Count == 2)
        {
            result.AddError($"{Install.Name} and {Uninstall.Name} contradict each other: give one.");
        }
        else if (given.Count == 1 && result.GetValue(CommonOptions.Json))
        {
            result.AddError($"{given[0].Name} prints text only: leave out {CommonOptions.Json.Name}.");
        }
    }

    /// <summary>Installs the service for what was asked for.</summary>
    public static async Task<int> InstallAsync(ParseResult arguments, LabRequest request, CancellationToken cancellationToken)
    {
        RequireRoot(Install);
        // The unit may not write to the system's folders, so what is missing is provided now.
        await LabLauncher.ProvideAsync(request, Output.Line, cancellationToken);
        var unit = ServeUnit.Render(
            request.Lab.Name,
            [.. OwnProgram.This, .. Words(arguments), RunOptions.NoInstall.Name],
            request.Folder,
            Variables
                .Select(name => (Name: name, Value: Environment.GetEnvironmentVariable(name)))
                .Where(variable => variable.Value is { Length: > 0 })
                .Select(variable => KeyValuePair.Create(variable.Name, variable.Value!))
        );
        await new SystemdService(request.Lab.Name).InstallAsync(unit, Output.Line, cancellationToken);
        return 0;
    }

    /// <summary>Removes the service of the lab.</summary>
    public static async Task<int> UninstallAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        RequireRoot(Uninstall);
        var service = new SystemdService(CommonOptions.Definition(arguments).Name);
        Output.Line(await service.UninstallAsync(cancellationToken) ? $"{service} was ended and removed." : $"There is no {service}: nothing was done.");
        return 0;
    }

    private static void RequireRoot(Option<bool> option)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new LabException($"{LabCommand.Line($"serve {option.Name}")} needs root. Use sudo.", exitCode: 2);
        }
    }

    /// <summary>The command line as it was given, without what is about the service, and with paths that hold from anywhere.</summary>
    private static IEnumerable<string> Words(ParseResult arguments)
    {
        var words = arguments
            .CommandResult.Children.OfType<OptionResult>()
            .Where(result => !result.Implicit && result.Option != Install && result.Option != RunOptions.NoInstall)
            .SelectMany(result =>
                result
                    .Tokens.Select(token => token.Value)
                    .Select(value => IsPath(result.Option, value) ? Path.GetFullPath(value) : value)
                    .Prepend(result.Option.Name)
            );
        return arguments.CommandResult.GetResult(CommonOptions.File) is null && CommonOptions.PathOfFile(arguments) is { } file
            ? [arguments.CommandResult.Command.Name, .. words, CommonOptions.File.Name, file]
            : [arguments.CommandResult.Command.Name, .. words];
    }

    /// <summary>An image may be a folder.</summary>
    private static bool IsPath(Option option, string value) => Paths.Contains(option.Name) || (option == ServeCommand.Image && Directory.Exists(value));
}
