using System.CommandLine;
using System.CommandLine.Completions;
using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Model.Resources;

namespace LabCli.Commands;

/// <summary>Options and arguments that several verbs have.</summary>
internal static class CommonOptions
{
    public static readonly Option<string?> File = new("--file", "-f")
    {
        Description = "The lab file; without it lab.yaml in the current folder, or the defaults where there is none.",
        HelpName = "FILE",
    };
    public static readonly Option<string?> FileInFull = new(File.Name) { Description = File.Description, HelpName = File.HelpName };
    public static readonly Option<string?> Name = new("--name")
    {
        Description = "Name of the lab, instead of the lab file's. Labs with different names run side by side.",
        HelpName = "NAME",
    };
    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON, one object a line, for programs." };

    /// <summary>The lab of the lab file, with the name that <see cref="Name"/> gives it.</summary>
    public static LabDefinition Definition(ParseResult arguments)
    {
        var lab = LabFile.Load(arguments.GetValue(File));
        return arguments.GetValue(Name) is { } name ? lab with { Name = DefinitionRules.NameOfOption(name) } : lab;
    }

    /// <summary>The lab file that <see cref="Definition"/> reads; null where there is none.</summary>
    public static string? PathOfFile(ParseResult arguments) =>
        (arguments.GetValue(File) ?? LabFile.DefaultName) is var path && System.IO.File.Exists(path) ? Path.GetFullPath(path) : null;

    /// <summary>A resource of the lab, which shells complete.</summary>
    public static Argument<string> Resource(string name, string description, Func<LabResource, bool> isOne)
    {
        var resource = new Argument<string>(name) { Description = description, HelpName = name };
        Complete(resource, isOne);
        return resource;
    }

    /// <summary>Any number of resources of the lab, which shells complete.</summary>
    public static Argument<string[]> Resources(string name, string description, Func<LabResource, bool> isOne)
    {
        var resources = new Argument<string[]>(name)
        {
            Description = description,
            HelpName = name,
            Arity = ArgumentArity.ZeroOrMore,
        };
        Complete(resources, isOne);
        return resources;
    }

    private static void Complete(Argument argument, Func<LabResource, bool> isOne) =>
        argument.CompletionSources.Add(context => Names(context.ParseResult, isOne).Select(each => new CompletionItem(each)));

    /// <summary>The lab that a verb is about: the named one, else the lab file's; where that does not run and a single other lab does, that one.</summary>
    public static LabFolder Lab(ParseResult arguments)
    {
        var named = LabFolders.OfUser.Lab(arguments.GetValue(Name) ?? LabFile.Load(FileOf(arguments)).Name);
        return arguments.GetValue(Name) is not null || FileOf(arguments) is not null || IsThere(named) ? named
            : LabFolders.OfUser.All().Where(lab => lab.IsRunning()).ToList() is [var only] ? only
            : named;
    }

    /// <summary>By its name: where -f is something else, another option of that name takes its place.</summary>
    private static string? FileOf(ParseResult arguments) => arguments.GetValue<string?>(File.Name);

    private static bool IsThere(LabFolder lab) => System.IO.File.Exists(lab.Journal);

    private static IEnumerable<string> Names(ParseResult arguments, Func<LabResource, bool> isOne)
    {
        try
        {
            return [.. LabResources.Of(LabFile.Load(FileOf(arguments))).Where(isOne).Select(resource => resource.Name)];
        }
        catch (LabException)
        {
            return [];
        }
    }
}
