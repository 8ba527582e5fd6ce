using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Lab.Model.Definition;

/// <summary>Parses YAML up to bounds: what builds the tree calls itself for each level, and what is wrong with a value is told with it.</summary>
/// <param name="text">The text.</param>
/// <param name="longestValue">The most characters of a value.</param>
internal sealed class BoundedParser(string text, int longestValue) : IParser
{
    /// <summary>More than any file that is meant has.</summary>
    private const int MostLevels = 100;

    private readonly Parser _parser = new(new StringReader(text));
    private int _level;

    /// <inheritdoc />
    public ParsingEvent? Current => _parser.Current;

    /// <inheritdoc />
    /// <exception cref="YamlException">It is no YAML, or beyond a bound.</exception>
    public bool MoveNext()
    {
        if (!_parser.MoveNext())
        {
            return false;
        }

        var part = _parser.Current!;
        _level += part.NestingIncrease;
        return _level > MostLevels ? throw new YamlException(part.Start, part.End, $"more than {MostLevels} levels")
            : part is Scalar { Value.Length: var length } && length > longestValue
                ? throw new YamlException(part.Start, part.End, $"a text of {length} characters; the longest is one of {longestValue}")
            : true;
    }
}
