using System.CommandLine;
using Lab.CommandLine;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Input;

namespace Lab.Deployer.Commands;

/// <summary>Options that every verb has.</summary>
internal static class Options
{
    public static readonly Option<string> Target = new Option<string>("--target")
    {
        Description = "Target: local (an AWS emulator on this machine) or aws.",
        DefaultValueFactory = _ => "local",
        Recursive = true,
        HelpName = "local|aws",
    }.OneOf("local", "aws");
    public static readonly Option<string?> File = new("--file", "-f")
    {
        Description = "The lab file; without it lab.yaml in the current folder, or the specification's lab where there is none.",
        HelpName = "FILE",
        Recursive = true,
    };
    public static readonly Option<string?> Name = new("--name")
    {
        Description = "Name of the lab, instead of the lab file's.",
        HelpName = "NAME",
        Recursive = true,
    };
    public static readonly Option<string?> Endpoint = new("--endpoint")
    {
        Description = "The emulator's address; without it AWS_ENDPOINT_URL, the running lab's, or http://127.0.0.1:4566.",
        HelpName = "URL",
        Recursive = true,
    };
    public static readonly Option<bool> Emulator = new("--emulator")
    {
        Description = "Start an emulator (moto) for the length of this command.",
        Recursive = true,
    };
    public static readonly Option<string?> Profile = new("--profile")
    {
        Description = "Profile of the AWS configuration; without it AWS's usual order of credentials.",
        HelpName = "NAME",
        Recursive = true,
    };
    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON, for programs.", Recursive = true };

    /// <summary>Not recursive: verbs that ask have it.</summary>
    public static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do not ask for confirmation." };
    public static readonly Option<bool> OverBudget = new("--over-budget") { Description = "Apply although the lab costs more than its budget." };

    public static IEnumerable<Option> Common => [Target, File, Name, Endpoint, Emulator, Profile, Json];

    /// <summary>The lab that a command is about.</summary>
    /// <exception cref="LabException">The lab file is wrong, or the name cannot be a lab's.</exception>
    public static LabDefinition Lab(ParseResult arguments)
    {
        var lab = LabFile.Load(arguments.GetValue(File));
        return arguments.GetValue(Name) is { } name ? lab with { Name = DefinitionRules.NameOfOption(name) } : lab;
    }
}
