using System.CommandLine;
using System.Net;
using Lab.CommandLine;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Input;
using Spectre.Console;

namespace LabCli.Commands;

/// <summary><c>init</c>: writes a lab file to begin with.</summary>
internal static class InitCommand
{
    private static readonly Argument<string?> Place = new("place")
    {
        Description = "The file, or the folder that gets a lab.yaml; without it the current folder.",
        HelpName = "DIR|FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Ask nothing: options and defaults decide." };
    private static readonly Option<bool> Force = new("--force") { Description = "Replace a file that is there." };
    private static readonly Option<int?> Nodes = new Option<int?>("--nodes") { Description = "How many nodes.", HelpName = "N" }.Within(
        1,
        200,
        "a number from 1 to 200"
    );
    private static readonly Option<string?> Image = new Option<string?>("--image")
    {
        Description = "The container image with Talos that nodes boot on AWS.",
        HelpName = "REF",
    }.Of(LabDraftValues.IsImage, LabDraftValues.ImageForm);
    private static readonly Option<string?> Subnet = new Option<string?>("--subnet")
    {
        Description = "The network of bastion and nodes.",
        HelpName = "NETWORK",
    }.Of(LabDraftValues.IsSubnet, LabDraftValues.SubnetForm);
    private static readonly Option<bool> Cloud = new("--cloud") { Description = "Rehearse what lab-deploy makes on AWS, instead of a home network." };
    private static readonly Option<string?> From = new("--from")
    {
        Description = "Take names, MACs and addresses from an inventory: talhelper's talconfig.yaml or cluster-template's nodes.yaml.",
        HelpName = "INVENTORY",
    };

    public static Command Create()
    {
        var command = new VerbCommand(
            "init",
            """
            Write a commented lab.yaml to begin with, and its schema for editors. On a terminal it asks what it was not told.

            Examples:
              lab init                                  five questions, with defaults
              lab init garage --nodes 3 --yes           garage/lab.yaml, no question
              lab init --subnet 192.168.50.0/24 --cloud
              lab init --from talconfig.yaml            the machines of talhelper

            Exit codes: 0 written, 1 not: a file is there (--force replaces it), or a value is not allowed.
            """
        )
        {
            Place,
            Nodes,
            Image,
            Subnet,
            Cloud,
            CommonOptions.Name,
            From,
            Yes,
            Force,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var inventory = arguments.GetValue(From) is { } from ? Inventory.Load(from) : null;
        var draft = new LabDraft
        {
            Name = arguments.GetValue(CommonOptions.Name) is { } name ? DefinitionRules.NameOfOption(name) : inventory?.Name,
            Nodes = arguments.GetValue(Nodes) ?? 1,
            Known = inventory?.Nodes ?? [],
            Image = arguments.GetValue(Image),
            Subnet = arguments.GetValue(Subnet) is { } subnet ? IPNetwork.Parse(subnet) : null,
            IsCloud = arguments.GetValue(Cloud),
        };
        var place = arguments.GetValue(Place);
        if (!arguments.GetValue(Yes) && IsTerminal())
        {
            var questions = new InitQuestions(AnsiConsole.Console, option => arguments.GetResult(option) is { Implicit: false });
            (place, draft) = await questions.AskAsync(place, draft, new(Nodes, Image, Subnet, Cloud), cancellationToken);
        }

        var file = FileOf(place ?? ".");
        if (File.Exists(file) && !arguments.GetValue(Force))
        {
            throw new LabException($"{file} is there already and stays as it is. Name another file, or replace it with --force.");
        }

        var text = LabFileText.Write(draft);
        var written = LabFile.Parse(text, file, Environment.GetEnvironmentVariable);
        Write(file, text);
        Report(file, written, inventory);
        return 0;
    }

    private static bool IsTerminal() => AnsiConsole.Profile.Capabilities.Interactive && !Console.IsInputRedirected && !Console.IsOutputRedirected;

    private static string FileOf(string place) =>
        Path.GetExtension(place) is ".yaml" or ".yml" && !Directory.Exists(place) ? place : Path.Combine(place == "." ? "" : place, LabFile.DefaultName);

    private static void Write(string file, string text)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        Directory.CreateDirectory(folder);
        WholeFile.Write(file, text);
        var schema = Path.Combine(folder, LabFileText.SchemaName);
        if (!File.Exists(schema))
        {
            File.WriteAllText(schema, DefinitionJson.Schema());
        }
    }

    private static void Report(string file, LabDefinition lab, Inventory? inventory)
    {
        Console.WriteLine($"{file}: lab {lab.Name} with {lab.Nodes.Count} {(lab.Nodes.Count == 1 ? "node" : "nodes")} in {lab.Network.PrivateSubnet}.");
        if (inventory is { LeftOut.Count: > 0 })
        {
            Console.WriteLine("Not taken over:");
            inventory.LeftOut.ToList().ForEach(sentence => Console.WriteLine($"  {sentence}"));
        }

        var option = file == LabFile.DefaultName ? "" : $" --file {file}";
        Console.WriteLine($"Next: {LabCommand.Line($"check{option}")}, then {LabCommand.Line($"up{option}")}");
    }
}
