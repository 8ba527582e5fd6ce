using System.CommandLine;
using Lab.Model;
using LabCli.Commands;

namespace Lab.Tests.Programs;

/// <summary>Commands that messages name, held against the verbs that there are.</summary>
public sealed class CommandTests
{
    [Fact]
    public void A_command_in_a_message_has_the_options_of_the_lab_that_its_verb_takes()
    {
        KeyValuePair<string, string>[] chosen = [new("--file", "x"), new("--name", "y")];
        Assert.All(
            Verbs(LabCommandLine.Create(), ""),
            verb =>
            {
                var options = verb.Command.Options.Select(option => option.Name).ToHashSet();
                var expected = LabCommand.OfNoLab.Contains(verb.Line.Split(' ')[0]) ? [] : chosen.Where(option => options.Contains(option.Key));
                Assert.Equal(
                    $"{LabCommand.Program} {verb.Line}{string.Concat(expected.Select(option => $" {option.Key} {option.Value}"))}",
                    LabCommand.Line(verb.Line, chosen)
                );
            }
        );
    }

    [Fact]
    public void The_verbs_without_them_are_verbs() =>
        Assert.Subset(
            LabCommandLine.Create().Subcommands.Select(command => command.Name).ToHashSet(),
            LabCommand.OfNoLab.Concat(LabCommand.OfFile).ToHashSet()
        );

    private static IEnumerable<(string Line, Command Command)> Verbs(Command above, string line) =>
        above.Subcommands.SelectMany(command =>
            Verbs(command, $"{line} {command.Name}").Concat(command.Action is null || command.Hidden ? [] : [($"{line} {command.Name}".Trim(), command)])
        );
}
