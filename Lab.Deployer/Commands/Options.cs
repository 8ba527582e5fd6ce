using System.CommandLine;
using System.Globalization;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Deployer.Commands;

/// <summary>Options that every verb has.</summary>
internal static class Options
{
    public static readonly Option<string> Target = new Option<string>("--target") { Description = "Where to: local (an AWS emulator on this machine) or aws.", DefaultValueFactory = _ => "local", Recursive = true, HelpName = "local|aws" }.OneOf("local", "aws");
    public static readonly Option<string?> File = new("--file", "-f") { Description = "The lab file; without it lab.yaml in the current folder, or the specification's lab where there is none.", HelpName = "FILE", Recursive = true };
    public static readonly Option<string?> Name = new("--name") { Description = "Name of the lab, instead of the lab file's.", HelpName = "NAME", Recursive = true };
    public static readonly Option<string?> Endpoint = new("--endpoint") { Description = "The emulator's address; without it AWS_ENDPOINT_URL, the running lab's, or http://127.0.0.1:4566.", HelpName = "URL", Recursive = true };
    public static readonly Option<bool> Emulator = new("--emulator") { Description = "Start an emulator (moto) for the length of this command.", Recursive = true };
    public static readonly Option<string?> Profile = new("--profile") { Description = "Profile of the AWS configuration; without it AWS's usual order of credentials.", HelpName = "NAME", Recursive = true };
    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON, for programs.", Recursive = true };

    /// <summary>Not recursive: verbs that ask have it.</summary>
    public static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do not ask." };
    public static readonly Option<bool> OverBudget = new("--over-budget") { Description = "Go on although the lab costs more than its budget." };

    /// <summary>Verbs that decide by the day have it.</summary>
    public static readonly Option<string?> Date = new Option<string?>("--date") { Description = "The day that decides what is free; without it today.", HelpName = "YYYY-MM-DD" }.Of(text => Day(text) is not null, "a day like 2027-01-01");

    public static IEnumerable<Option> Common => [Target, File, Name, Endpoint, Emulator, Profile, Json];

    /// <summary>The day that decides what is free.</summary>
    public static DateOnly Today(ParseResult arguments, TimeProvider time) => Day(arguments.GetValue(Date)) ?? Today(time);

    /// <summary>Today in UTC, as AWS bills.</summary>
    public static DateOnly Today(TimeProvider time) => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>The lab that a command is about.</summary>
    /// <exception cref="LabException">The lab file is wrong, or the name cannot be a lab's.</exception>
    public static LabDefinition Lab(ParseResult arguments)
    {
        var lab = LabFile.Load(arguments.GetValue(File));
        return arguments.GetValue(Name) is { } name ? lab with { Name = DefinitionRules.NameOfOption(name) } : lab;
    }

    private static DateOnly? Day(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
