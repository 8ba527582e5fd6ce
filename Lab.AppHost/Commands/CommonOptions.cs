using System.CommandLine;
using Lab.Emulation.Host;
using Lab.Model.Definition;

namespace Lab.AppHost.Commands;

/// <summary>Options that several verbs have.</summary>
internal static class CommonOptions
{
    public static readonly Option<string?> File = new("--file", "-f") { Description = "The lab file; without it lab.yaml in the current folder, or the defaults where there is none.", HelpName = "FILE" };
    public static readonly Option<string?> Name = new("--name") { Description = "Name of the lab, instead of the lab file's. Labs with different names run side by side.", HelpName = "NAME" };
    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON, one object a line, for programs." };

    /// <summary>The lab that a verb is about.</summary>
    public static LabFolder Lab(ParseResult arguments) => LabFolders.OfUser.Lab(arguments.GetValue(Name) ?? LabFile.Load(arguments.GetValue(File)).Name);
}
