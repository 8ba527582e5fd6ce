using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Lab.Model.Definition;

/// <summary>Reads <c>lab.yaml</c>, strictly: what is not understood is an error with its line and column, never ignored.</summary>
public static class LabFile
{
    /// <summary>The name that is looked for when none is given.</summary>
    public const string DefaultName = "lab.yaml";

    /// <summary>The environment variable that names the operator's address when the file does not.</summary>
    public const string HomeVariable = "HOME_IPV6";

    /// <summary>
    /// The definition for a command: the file at <paramref name="path"/>, or <c>lab.yaml</c> in the current folder, or the
    /// specification's defaults where there is none.
    /// </summary>
    /// <exception cref="DefinitionException">The file does not hold a valid lab.</exception>
    /// <exception cref="LabException">The file named by the user cannot be read.</exception>
    public static LabDefinition Load(string? path)
    {
        if (path is null && !File.Exists(DefaultName))
        {
            return WithHome(new LabDefinition(), Environment.GetEnvironmentVariable);
        }

        var file = path ?? DefaultName;
        if (Directory.Exists(file))
        {
            throw new LabException($"Cannot read the lab file {file}: it is a folder. Name the file: {Path.Combine(file, DefaultName)}");
        }

        try
        {
            return Parse(File.ReadAllText(file), file, Environment.GetEnvironmentVariable);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"Cannot read the lab file {file}: {e.Message}", inner: e);
        }
    }

    /// <summary>The definition that a text holds.</summary>
    /// <param name="text">YAML, one document; empty means all defaults.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="environment">Looks up the variables of <c>${NAME}</c> references; null when not set.</param>
    /// <exception cref="DefinitionException">All that is wrong.</exception>
    public static LabDefinition Parse(string text, string file, Func<string, string?> environment)
    {
        var binder = new YamlBinder(environment);
        if (Root(text, file) is not { } root)
        {
            return WithHome(new LabDefinition(), environment);
        }

        var json = binder.Bind(root, typeof(LabDefinition), "");
        ThrowIfAny(binder.Problems, file);

        var definition = json.Deserialize<LabDefinition>(DefinitionJson.Options)!;
        definition = WithHome(definition, environment);
        ThrowIfAny(DefinitionRules.Check(definition).Select(finding => Locate(finding, binder)), file);
        return definition;
    }

    private static YamlNode? Root(string text, string file)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count > 1)
            {
                var second = stream.Documents[1].RootNode.Start;
                throw new DefinitionException(file, [new(second.Line, second.Column, "a second document; a lab file holds one")]);
            }

            return stream.Documents.FirstOrDefault()?.RootNode is YamlScalarNode { Value: null or "" } ? null : stream.Documents.FirstOrDefault()?.RootNode;
        }
        catch (YamlException e)
        {
            throw new DefinitionException(file, [new(e.Start.Line, e.Start.Column, $"not valid YAML: {e.Message}")]);
        }
    }

    /// <summary>
    /// A rule may speak of a value that only the defaults hold: then the place is that of the value of the file which does not go with it,
    /// or of the nearest part that the file does hold.
    /// </summary>
    private static DefinitionProblem Locate(DefinitionFinding finding, YamlBinder binder)
    {
        if (binder.Places.TryGetValue(finding.Path, out var own))
        {
            return new DefinitionProblem(own.Line, own.Column, finding.Message);
        }

        var path = finding.Against.FirstOrDefault(binder.Places.ContainsKey) ?? finding.Path;
        Mark place;
        while (!binder.Places.TryGetValue(path, out place))
        {
            path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
        }

        return new DefinitionProblem(place.Line, place.Column, $"{finding.Message} ({finding.Path} is a default: the file does not say it)");
    }

    private static void ThrowIfAny(IEnumerable<DefinitionProblem> problems, string file)
    {
        var sorted = problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column).ToList();
        if (sorted.Count > 0)
        {
            throw new DefinitionException(file, sorted);
        }
    }

    /// <summary>The operator's address differs from person to person, so it may stay out of the file.</summary>
    private static LabDefinition WithHome(LabDefinition lab, Func<string, string?> environment)
    {
        if (lab.Access.Ipv6 is not null || environment(HomeVariable) is not { Length: > 0 } home)
        {
            return lab;
        }

        try
        {
            return lab with { Access = lab.Access with { Ipv6 = HomeAddress.Parse(home) } };
        }
        catch (FormatException e)
        {
            throw new LabException($"Environment variable {HomeVariable}: {e.Message}.", inner: e);
        }
    }
}
