using System.CommandLine;
using System.Text.Json;
using Lab.CommandLine;
using Lab.Emulation.Linux;
using Lab.Model.Input;
using Lab.Model.Resources;
using Lab.Model.Running;

namespace LabCli.Commands;

/// <summary><c>env</c>: the environment variables with which programs of this machine find a running lab.</summary>
internal static class EnvCommand
{
    private static readonly Option<string> Shell = new Option<string>("--shell")
    {
        Description = "The shell that is to read the output: bash (also for sh and zsh), fish or pwsh.",
        HelpName = "bash|fish|pwsh",
        DefaultValueFactory = _ => "bash",
    }.OneOf("bash", "fish", "pwsh");
    private static readonly Option<bool> Json = new(CommonOptions.Json.Name) { Description = "Print one JSON object, for programs." };

    public static Command Create()
    {
        var command = new VerbCommand(
            "env",
            """
            Print the environment variables with which programs of this machine find a running lab: its AWS emulator and its nodes' APIs.

            Examples:
              eval "$(lab env)"                          bash, zsh and sh
              lab env --shell fish | source
              lab env --shell pwsh | Out-String | Invoke-Expression
            """
        )
        {
            Shell,
            Json,
            CommonOptions.File,
            CommonOptions.Name,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Json) && result.GetResult(Shell) is { Implicit: false })
            {
                result.AddError("--shell and --json contradict each other: give one.");
            }
        });
        command.SetAction(arguments =>
        {
            var lab = CommonOptions.Lab(arguments);
            var variables = Variables(lab, LabFile.Load(arguments.GetValue(CommonOptions.File)).Region);
            if (arguments.GetValue(Json))
            {
                Console.WriteLine(JsonSerializer.Serialize(variables));
                return;
            }

            foreach (var (name, value) in variables)
            {
                // Read by a shell, which wants each character as it is.
                VisibleTerminal.Raw.WriteLine(ShellText.Assignment(arguments.GetValue(Shell)!, name, value));
            }
        });
        return command;
    }

    private static Dictionary<string, string> Variables(LabFolder lab, string region)
    {
        lab.RequireRunning();
        var status = LabStatus.Read(lab.Root) ?? new LabStatus();
        return Emulator(status, region)
            .Concat(status.Apis.Select(api => ($"{NodeVariable(api.Key)}_API", api.Value)))
            .Concat((status.Ports ?? []).SelectMany(node => node.Value.Select(port => ($"{NodeVariable(node.Key)}_PORT_{port.Key}", port.Value))))
            .Concat(Files(("TALOSCONFIG", lab.TalosConfig), ("KUBECONFIG", lab.KubeConfig)))
            .Prepend((LabVariables.Name, lab.Name))
            .ToDictionary(variable => variable.Item1, variable => variable.Item2);
    }

    private static string NodeVariable(string node) => $"LAB_NODE_{node.Replace('-', '_').ToUpperInvariant()}";

    /// <summary>The SDKs do not agree on the variable that names the region. An emulator takes any credentials.</summary>
    private static IEnumerable<(string Name, string Value)> Emulator(LabStatus status, string region) =>
        status.Services.GetValueOrDefault(LabResources.Aws)?.Url is { } url
            ?
            [
                ("AWS_ENDPOINT_URL", url),
                ("AWS_REGION", region),
                ("AWS_DEFAULT_REGION", region),
                ("AWS_ACCESS_KEY_ID", LabResources.AwsAnyKey),
                ("AWS_SECRET_ACCESS_KEY", LabResources.AwsAnyKey),
            ]
            : [];

    private static IEnumerable<(string Name, string Value)> Files(params IEnumerable<(string Name, string Path)> files) =>
        files.Where(file => File.Exists(file.Path));
}
