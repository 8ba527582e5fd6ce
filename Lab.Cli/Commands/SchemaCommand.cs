using System.CommandLine;
using Lab.CommandLine;
using Lab.Model.Definition;

namespace LabCli.Commands;

/// <summary><c>schema</c>: the JSON schema of the lab file.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var command = new VerbCommand("schema", "Print the JSON schema of lab.yaml, for editors.");
        command.SetAction(_ => Console.Write(DefinitionJson.Schema()));
        return command;
    }
}
