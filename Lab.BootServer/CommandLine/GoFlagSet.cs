using System.Text;

namespace Lab.BootServer.CommandLine;

/// <summary>Command lines as Go's flag package reads them: <c>-x v</c>, <c>-x=v</c>, <c>--x=v</c>; bools also as <c>-x</c>.</summary>
/// <param name="program">The name in the usage text.</param>
/// <param name="flags">The flags.</param>
internal sealed class GoFlagSet(string program, IReadOnlyList<GoFlag> flags)
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>The flag's value: from the command line, the environment, or its default.</summary>
    public string this[string name] => _values.GetValueOrDefault(name) ?? Flag(name)!.Default;

    public bool IsTrue(string name) => ParseBool(this[name]) == true;

    /// <summary>Reads the command line up to the first argument that is no flag.</summary>
    /// <exception cref="FlagException">It is malformed, or asks for help.</exception>
    public void Parse(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument.Length < 2 || argument[0] != '-' || argument == "--")
            {
                return;
            }

            var name = argument[(argument[1] == '-' ? 2 : 1)..];
            if (name.Length == 0 || name[0] is '-' or '=')
            {
                throw new FlagException($"bad flag syntax: {argument}");
            }

            ParseOne(name, arguments, ref i);
        }
    }

    /// <summary>Takes from the environment what the command line has not set.</summary>
    /// <exception cref="FlagException">A value does not fit its flag.</exception>
    public void ParseEnvironment(Func<string, string?> variable)
    {
        foreach (var flag in flags.Where(flag => !_values.ContainsKey(flag.Name)))
        {
            if (variable(flag.Variable) is { Length: > 0 } value)
            {
                _values[flag.Name] =
                    flag.IsBool && ParseBool(value) is null ? throw new FlagException($"invalid value \"{value}\" for {flag.Variable}: parse error") : value;
            }
        }
    }

    /// <summary>The flags and what they do.</summary>
    public string Usage()
    {
        var text = new StringBuilder($"Usage of {program}:\n");
        foreach (var flag in flags.OrderBy(flag => flag.Name, StringComparer.Ordinal))
        {
            text.Append($"  -{flag.Name}{(flag.IsBool ? "" : " string")}\n    \t{flag.Usage}");
            text.Append(flag.IsBool || flag.Default.Length == 0 ? "\n" : $" (default \"{flag.Default}\")\n");
        }

        return text.ToString();
    }

    private void ParseOne(string name, IReadOnlyList<string> arguments, ref int position)
    {
        var equals = name.IndexOf('=');
        string? value = null;
        if (equals > 0)
        {
            (name, value) = (name[..equals], name[(equals + 1)..]);
        }

        var flag = Flag(name) ?? throw (name == "h" ? new FlagException("", isHelp: true) : new FlagException($"flag provided but not defined: -{name}"));
        if (flag.IsBool)
        {
            _values[name] = ParseBool(value ?? "true") is null
                ? throw new FlagException($"invalid boolean value \"{value}\" for -{name}: parse error")
                : value ?? "true";
            return;
        }

        _values[name] = value ?? (++position < arguments.Count ? arguments[position] : throw new FlagException($"flag needs an argument: -{name}"));
    }

    private GoFlag? Flag(string name) => flags.FirstOrDefault(flag => flag.Name == name);

    private static bool? ParseBool(string text) =>
        text switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
            _ => null,
        };
}

/// <summary>A command line that cannot be used.</summary>
internal sealed class FlagException(string message, bool isHelp = false) : Exception(message)
{
    /// <summary>It is no mistake but the wish for the usage text.</summary>
    public bool IsHelp { get; } = isHelp;
}
