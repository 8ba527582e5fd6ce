using Lab.Model;

namespace Lab.UnitTests.Model;

/// <summary>Commands in messages are about the lab that the user has chosen.</summary>
public sealed class ChosenLabTests
{
    private static readonly KeyValuePair<string, string> Name = new("--name", "north");
    private static readonly KeyValuePair<string, string>[] Chosen = [new("--file", "my labs/it's.yaml"), Name];

    [Theory]
    [InlineData("cluster reset --yes", @"cluster reset --yes --file 'my labs/it'\''s.yaml' --name north")]
    [InlineData("down --name south", @"down --name south --file 'my labs/it'\''s.yaml'")]
    [InlineData("exec -- COMMAND", @"exec --file 'my labs/it'\''s.yaml' --name north -- COMMAND")]
    [InlineData("check", @"check --file 'my labs/it'\''s.yaml'")]
    [InlineData("ps", "ps")]
    [InlineData("down --all", "down --all")]
    [InlineData("--help", "--help")]
    public void A_command_has_the_options_that_its_verb_takes(string arguments, string expected) =>
        Assert.Equal($"{LabCommand.Program} {expected}", LabCommand.Line(arguments, Chosen));

    [Fact]
    public void A_deployment_s_command_has_its_target_too() =>
        Assert.Equal(
            "lab-deploy apply --target aws --profile home --name north",
            DeployCommand.Line("apply", [new("--target", "aws"), new("--profile", "home"), Name])
        );
}
