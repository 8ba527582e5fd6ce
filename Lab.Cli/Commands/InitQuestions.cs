using System.CommandLine;
using System.Globalization;
using System.Net;
using Lab.Model.Definition;
using Lab.Model.Input;
using Spectre.Console;

namespace LabCli.Commands;

/// <summary>The questions of <c>init</c>: what the command line has not said, each with the default as its answer.</summary>
/// <param name="console">The terminal.</param>
/// <param name="isSaid">Whether the command line has an option.</param>
internal sealed class InitQuestions(IAnsiConsole console, Func<Option, bool> isSaid)
{
    /// <summary>Asks.</summary>
    public async Task<(string? Place, LabDraft Draft)> AskAsync(string? place, LabDraft draft, InitOptions options, CancellationToken cancellationToken)
    {
        place ??= await TextAsync("Where is the lab to be written?", LabFile.DefaultName, _ => true, "a file or a folder", cancellationToken);
        if (!isSaid(options.Nodes) && draft.Known.Count == 0)
        {
            var nodes = await TextAsync("How many nodes?", "1", IsCount, "a number from 1 to 200", cancellationToken);
            draft = draft with { Nodes = int.Parse(nodes, CultureInfo.InvariantCulture) };
        }

        if (!isSaid(options.Image))
        {
            var image = await TextAsync(
                "Which image do they boot on AWS?",
                new BootDefinition().Image,
                LabDraftValues.IsImage,
                LabDraftValues.ImageForm,
                cancellationToken
            );
            draft = draft with { Image = image };
        }

        if (!isSaid(options.Subnet) && draft.Known.Count == 0)
        {
            var usual = new NetworkDefinition().PrivateSubnet.ToString();
            var subnet = await TextAsync("Which subnet are they in?", usual, LabDraftValues.IsSubnet, LabDraftValues.SubnetForm, cancellationToken);
            draft = draft with { Subnet = IPNetwork.Parse(subnet) };
        }

        if (!isSaid(options.Cloud))
        {
            var question = new ConfirmationPrompt("Rehearse the cloud (what lab-deploy makes on AWS) instead of a home network?") { DefaultValue = false };
            draft = draft with { IsCloud = await question.ShowAsync(console, cancellationToken) };
        }

        return (place, draft);
    }

    private Task<string> TextAsync(string question, string usual, Func<string, bool> isAllowed, string form, CancellationToken cancellationToken) =>
        new TextPrompt<string>(question)
            .DefaultValue(usual)
            .Validate(answer => isAllowed(answer) ? ValidationResult.Success() : ValidationResult.Error($"That takes {Markup.Escape(form)}."))
            .ShowAsync(console, cancellationToken);

    private static bool IsCount(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 200;
}

/// <summary>The options that answer a question.</summary>
internal sealed record InitOptions(Option Nodes, Option Image, Option Subnet, Option Cloud);
