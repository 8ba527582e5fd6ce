using System.Reflection;
using System.Text;
using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.Loader;

namespace Lab.Tests;

/// <summary>Each storey of the house uses what is below it, and no two folders of a project use each other.</summary>
public sealed class ArchitectureTests
{
    private const string Document = "docs/architecture.md";

    /// <summary>What each assembly may use of Lab, from the lowest to the highest.</summary>
    private static readonly (string Name, string[] Below)[] Storeys =
    [
        ("Lab.Model", []),
        ("Lab.ServiceDefaults", []),
        ("Lab.GoTemplates", []),
        ("Lab.Registries", ["Lab.Model"]),
        ("Lab.BootServer", ["Lab.GoTemplates", "Lab.Model", "Lab.ServiceDefaults"]),
        ("Lab.Emulation", ["Lab.Model", "Lab.Registries"]),
        ("Lab.Deployment", ["Lab.Model", "Lab.Registries"]),
        ("lab-helper", ["Lab.Emulation", "Lab.Model"]),
        ("Lab.Runtime", ["Lab.Deployment", "Lab.Emulation", "Lab.Model", "Lab.ServiceDefaults"]),
        ("Lab.CommandLine", ["Lab.Emulation", "Lab.Model", "Lab.Runtime"]),
        ("Lab.Dashboard", ["Lab.Deployment", "Lab.Emulation", "Lab.Model", "Lab.Runtime", "Lab.ServiceDefaults"]),
        ("lab-deploy", ["Lab.CommandLine", "Lab.Deployment", "Lab.Emulation", "Lab.Model", "Lab.Runtime"]),
        ("lab", ["Lab.CommandLine", "Lab.Dashboard", "Lab.Deployment", "Lab.Emulation", "Lab.Model", "Lab.Runtime", "Lab.ServiceDefaults"]),
        ("Lab.Hosting", ["Lab.Dashboard", "Lab.Emulation", "Lab.Model", "Lab.Runtime", "Lab.ServiceDefaults"]),
        ("Lab.AppHost", ["Lab.Hosting", "Lab.Model"]),
    ];

    [Fact]
    public void No_assembly_uses_what_is_above_it()
    {
        foreach (var (name, below) in Storeys)
        {
            var foreign = Uses(name).Except(below).ToList();
            Assert.True(foreign.Count == 0, $"{name} uses {string.Join(", ", foreign)}");
        }
    }

    [Theory]
    [InlineData("Lab.BootServer")]
    [InlineData("Lab.CommandLine")]
    [InlineData("Lab.Dashboard")]
    [InlineData("Lab.Emulation")]
    [InlineData("Lab.GoTemplates")]
    [InlineData("Lab.Hosting")]
    [InlineData("Lab.Model")]
    [InlineData("Lab.Registries")]
    [InlineData("Lab.Runtime")]
    [InlineData("Lab.Deployment")]
    [InlineData("Lab.Deployer", "lab-deploy")]
    [InlineData("LabCli", "lab")]
    public void No_two_folders_use_each_other(string project, string? assembly = null)
    {
        var architecture = new ArchLoader().LoadAssembly(Assembly.Load(assembly ?? project)).Build();
        var rule = SliceRuleDefinition.Slices().Matching($"{project}.(*)").Should().BeFreeOfCycles();
        var broken = rule.Evaluate(architecture).Where(result => !result.Passed).Select(result => result.Description).ToList();
        Assert.True(broken.Count == 0, string.Join('\n', broken));
    }

    [Fact]
    public void The_graph_in_the_documentation_is_the_one_of_the_assemblies()
    {
        var graph = Graph();
        var path = Repository.PathOf(Document);
        var text = File.ReadAllText(path);
        var (start, end) = (
            text.IndexOf("```mermaid", StringComparison.Ordinal),
            text.IndexOf("```\n", text.IndexOf("```mermaid", StringComparison.Ordinal) + 3, StringComparison.Ordinal) + 4
        );
        if (Environment.GetEnvironmentVariable("LAB_ACCEPT_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, text = text[..start] + graph + text[end..]);
            end = start + graph.Length;
        }

        Assert.Equal(graph, text[start..end]);
    }

    private static string Graph()
    {
        var graph = new StringBuilder("```mermaid\ngraph TD\n");
        foreach (var (name, _) in Storeys.Reverse())
        {
            // What one uses is there for those that use it: an arrow to it and no further says the same.
            var uses = Uses(name).ToList();
            foreach (var used in uses.Where(used => !uses.Any(other => other != used && Uses(other).Contains(used))))
            {
                graph.Append("  ").Append(name).Append(" --> ").Append(used).Append('\n');
            }
        }

        return graph.Append("```\n").ToString();
    }

    private static IEnumerable<string> Uses(string assembly) =>
        Assembly
            .Load(assembly)
            .GetReferencedAssemblies()
            .Select(used => used.Name!)
            .Where(used => Array.Exists(Storeys, storey => storey.Name == used))
            .Order(StringComparer.Ordinal);
}
