using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Lab.Model.Definition;

/// <summary>A file with one YAML document, read strictly: what is not understood is an error with its line and column.</summary>
internal static class YamlFile
{
    /// <summary>The name of a lab file that is not named otherwise.</summary>
    public const string LabFileName = "lab.yaml";

    /// <summary>The most characters of a value: what is wrong with one is told with it. Machine configurations hold longer ones.</summary>
    private const int LongestValue = 1 << 16;

    /// <summary>The value that a text holds; null for an empty one.</summary>
    /// <param name="text">YAML, one document.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="environment">Looks up the variables of <c>${NAME}</c> references; null when not set.</param>
    /// <param name="rules">What is wrong with a value.</param>
    /// <param name="complete">Adds what follows from the values of the file, or notes why it cannot.</param>
    /// <exception cref="DefinitionException">All that is wrong.</exception>
    public static T? Read<T>(
        string text,
        string file,
        Func<string, string?> environment,
        Func<T, IEnumerable<DefinitionFinding>> rules,
        Action<JsonObject, YamlBinder>? complete = null
    )
        where T : class
    {
        var binder = new YamlBinder(environment, text);
        if (Root(text, file) is not { } root)
        {
            return null;
        }

        var json = binder.Bind(root, typeof(T), "");
        ThrowIfAny(binder.Problems, file);
        if (complete is not null && json is JsonObject keys)
        {
            complete(keys, binder);
            ThrowIfAny(binder.Problems, file);
        }

        var value = json.Deserialize<T>(DefinitionJson.Options)!;
        ThrowIfAny(rules(value).Select(finding => Locate(finding, binder)), file);
        return value;
    }

    private static YamlNode? Root(string text, string file)
    {
        var documents = YamlDocuments.Read(text, file, LongestValue);
        if (documents.Count > 1)
        {
            var second = documents[1].Start;
            throw new DefinitionException(file, [new(second.Line, second.Column, "a second document; the file holds one")]);
        }

        return documents.FirstOrDefault() is { } root && !root.IsEmpty() ? root : null;
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
}
