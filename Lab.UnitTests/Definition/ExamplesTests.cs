using Lab.Model.Checks;
using Lab.Model.Input;
using Lab.Model.Rendering;

namespace Lab.UnitTests.Definition;

/// <summary>What the examples say is so.</summary>
public sealed class ExamplesTests
{
    private static readonly DateOnly Day = new(2027, 2, 1);

    public static TheoryData<string> Files { get; } =
    [.. Directory.EnumerateFiles(Repository.PathOf("examples"), "*.yaml").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void An_example_is_read_rendered_and_checked(string name)
    {
        var lab = LabFile.Load(Repository.PathOf($"examples/{name}"));
        Assert.NotEmpty(DeploymentFiles.Render(lab));
        Assert.All(LabChecks.Run(lab, Day), finding => Assert.False(string.IsNullOrWhiteSpace(finding.Remedy), finding.Id));
        Assert.Contains($"({name})", File.ReadAllText(Repository.PathOf("examples/README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_cheap_one_has_no_NAT_gateway_and_no_error_but_its_price() =>
        Assert.DoesNotContain(
            LabChecks.Run(LabFile.Load(Repository.PathOf("examples/low-budget.yaml")), Day),
            finding => finding.Severity == Severity.Error && finding.Id != "over-budget"
        );
}
