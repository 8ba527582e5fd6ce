using System.CommandLine;
using Lab.CommandLine;
using Lab.Model;
using Lab.Model.Rendering;

namespace Lab.Deployer.Commands;

/// <summary><c>render</c>: all files of the deployment, to read.</summary>
internal static class RenderCommand
{
    private static readonly Argument<string> Folder = new("DIR") { Description = "The folder to write to." };

    public static Command Create()
    {
        var command = Verb.Plain(
            "render",
            """
            Write every file that a deployment puts on machines into a folder, to read: compose file, configurations, scripts, policies.

            Example:
              lab-deploy render out && less out/bastion/lab.sh
            """,
            Folder
        );
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var (lab, folder) = (Options.Lab(arguments), arguments.GetValue(Folder)!);
        var files = DeploymentFiles.Render(lab);
        try
        {
            foreach (var file in files)
            {
                var path = Path.Combine(folder, file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, file.Content);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"Cannot write to {folder}: {e.Message}", inner: e);
        }

        if (arguments.GetValue(Options.Json))
        {
            Output.Json(files.Select(file => file.Path));
        }
        else
        {
            files.Select(file => Path.Combine(folder, file.Path)).ToList().ForEach(Output.Line);
        }

        return 0;
    }
}
