using System.Net;
using Lab.Model.Definition;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Lab.Model.Input;

/// <summary>Changes the text of a lab file, in which comments and everything else stay as they are.</summary>
public static class LabFileEdit
{
    private const string Nodes = "nodes";

    /// <summary>Adds a node at the end of <c>nodes</c>.</summary>
    /// <param name="text">The text of a valid lab file.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="node">The node.</param>
    /// <param name="environment">Looks up the variables of <c>${NAME}</c> references; null when not set.</param>
    /// <returns>The new text, which is a valid lab file.</returns>
    /// <exception cref="DefinitionException">With the node the file breaks a rule.</exception>
    /// <exception cref="LabException">The file is written in a way that cannot be added to.</exception>
    public static string AddNode(string text, string file, NodeDefinition node, Func<string, string?> environment)
    {
        var entry = $"{{ name: {LabFileText.Scalar(node.Name)}, mac: \"{node.Mac}\", address: {node.Address} }}";
        var line = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var place = Find(text);
        var changed = place switch
        {
            null => $"{text}{(text.Length == 0 || text.EndsWith('\n') ? "" : line)}{Nodes}:{line}  - {entry}{line}",
            { Count: 0 } => $"{text[..place.Start].TrimEnd(' ')}{line}  - {entry}{text[place.End..]}",
            { IsFlow: true } => text.Insert(place.LastEnd, $", {entry}"),
            _ => Append(text, place, entry, line),
        };
        return LabFile.Parse(changed, file, environment).Nodes is var nodes && nodes.Count == (place?.Count ?? 0) + 1 && nodes[^1] == node
            ? changed
            : throw new LabException($"{file}: {Nodes} is written in a way that Lab cannot add to. Add the node yourself: {entry}");
    }

    /// <summary>The next address of the private subnet that nobody in the definition has; null where there is none.</summary>
    /// <param name="lab">The lab.</param>
    public static IPAddress? FreeAddress(LabDefinition lab) => NodeCount.FreeAddress(lab, lab.Nodes);

    /// <summary>On a line of its own after that of the last entry, as far in as its hyphen.</summary>
    private static string Append(string text, Place place, string entry, string line)
    {
        var start = text.LastIndexOf('\n', Math.Max(0, place.LastStart - 1)) + 1;
        var indentation = text[start..place.LastStart].TakeWhile(letter => letter == ' ').Count();
        var end = text.IndexOf('\n', place.LastEnd);
        var added = $"{new string(' ', indentation)}- {entry}{line}";
        return end < 0 ? $"{text}{line}{added}" : text.Insert(end + 1, added);
    }

    /// <returns>Null for a file without the key.</returns>
    private static Place? Find(string text)
    {
        var parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _) || !parser.TryConsume<MappingStart>(out _))
        {
            return null;
        }

        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (parser.Consume<Scalar>().Value == Nodes && parser.TryConsume<SequenceStart>(out var start))
            {
                return Measure(parser, start);
            }

            parser.SkipThisAndNestedEvents();
        }

        return null;
    }

    private static Place Measure(Parser parser, SequenceStart start)
    {
        var place = new Place(start.Style == SequenceStyle.Flow, (int)start.Start.Index);
        var areFlow = new Stack<bool>();
        while (true)
        {
            var next = parser.Consume<ParsingEvent>();
            if (areFlow.Count == 0)
            {
                if (next is SequenceEnd end)
                {
                    return place with { End = EndOf(end) };
                }

                place = place with { Count = place.Count + 1, LastStart = (int)next.Start.Index };
            }

            // A block has no sign of its own at its end: it ends with its last value.
            var isSign = next switch
            {
                MappingEnd or SequenceEnd => areFlow.Pop(),
                Scalar or AnchorAlias => true,
                _ => false,
            };
            place = isSign ? place with { LastEnd = EndOf(next) } : place;
            if (next is MappingStart or SequenceStart)
            {
                areFlow.Push(next is MappingStart { Style: MappingStyle.Flow } or SequenceStart { Style: SequenceStyle.Flow });
            }
        }
    }

    /// <summary>The parser has a bracket end where it begins.</summary>
    private static int EndOf(ParsingEvent sign) => sign is MappingEnd or SequenceEnd ? (int)sign.Start.Index + 1 : (int)sign.End.Index;

    /// <summary>Where in the text <c>nodes</c> stands.</summary>
    /// <param name="IsFlow">True for entries in brackets.</param>
    /// <param name="Start">Where the list begins.</param>
    private sealed record Place(bool IsFlow, int Start)
    {
        /// <summary>How many entries there are.</summary>
        public int Count { get; init; }

        /// <summary>Where the last entry begins.</summary>
        public int LastStart { get; init; }

        /// <summary>Where it ends.</summary>
        public int LastEnd { get; init; }

        /// <summary>Where the list ends, for one in brackets.</summary>
        public int End { get; init; }
    }
}
