using System.Globalization;
using System.Text.RegularExpressions;

namespace Lab.Model.Definition;

/// <summary>How it shows that a node serves.</summary>
public abstract partial record ReadySign
{
    private const string PortForm = "(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})";

    /// <summary>The form accepted in <c>lab.yaml</c>.</summary>
    public const string Pattern = $"^(tcp:{PortForm}|tls:{PortForm}|http:{PortForm}(/[!-~]*)?|console:/.+/)$";

    /// <summary>The node's port that is asked; null for a sign on the console.</summary>
    public virtual int? Port => null;

    /// <summary>Reads <c>tcp:22</c>, <c>tls:50000</c>, <c>http:80/healthz</c> or <c>console:/login:/</c>.</summary>
    /// <exception cref="FormatException">The text is not such a sign; the message says why where it is one but for its expression.</exception>
    public static ReadySign Parse(string text)
    {
        if (Form().Match(text) is not { Success: true } form)
        {
            throw new FormatException($"'{text}' is not a sign that a node is ready");
        }

        var port = form.Groups["port"] is { Success: true, Value: var digits } ? int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
        return form.Groups["kind"].Value switch
        {
            "tcp" => new Tcp(port),
            "tls" => new Tls(port),
            "http" => new Http(port, form.Groups["path"] is { Success: true, Value: var path } ? path : "/"),
            _ => new Console(form.Groups["expression"].Value),
        };
    }

    [GeneratedRegex($@"\A((?<kind>tcp|tls):(?<port>{PortForm})|(?<kind>http):(?<port>{PortForm})(?<path>/[!-~]*)?|(?<kind>console):/(?<expression>.+)/)\z")]
    private static partial Regex Form();

    /// <summary>A TCP connection is taken.</summary>
    /// <param name="Number">The node's port.</param>
    public sealed record Tcp(int Number) : ReadySign
    {
        /// <inheritdoc />
        public override int? Port => Number;

        /// <inheritdoc />
        public override string ToString() => $"tcp:{Number}";
    }

    /// <summary>A TCP connection is taken, and TLS is spoken on it.</summary>
    /// <param name="Number">The node's port.</param>
    public sealed record Tls(int Number) : ReadySign
    {
        /// <inheritdoc />
        public override int? Port => Number;

        /// <inheritdoc />
        public override string ToString() => $"tls:{Number}";
    }

    /// <summary>A GET is answered with a status from 200 to 399.</summary>
    /// <param name="Number">The node's port.</param>
    /// <param name="Path">What is asked for, from the first slash on.</param>
    public sealed record Http(int Number, string Path) : ReadySign
    {
        /// <inheritdoc />
        public override int? Port => Number;

        /// <inheritdoc />
        public override string ToString() => $"http:{Number}{Path}";
    }

    /// <summary>The node writes something to its serial console.</summary>
    public sealed record Console : ReadySign
    {
        /// <summary>A sign on the console.</summary>
        /// <param name="expression">What a line, or a prompt without an end, has to match: a regular expression without backtracking.</param>
        /// <exception cref="FormatException">It is not one.</exception>
        public Console(string expression)
        {
            Expression = expression;
            try
            {
                Regex = new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                throw new FormatException($"'{expression}' is not a regular expression that Lab can use: {e.Message.TrimEnd('.')}", e);
            }
        }

        /// <summary>What is written between the slashes.</summary>
        public string Expression { get; }

        /// <summary>The expression; what a guest writes takes it linear time.</summary>
        public Regex Regex { get; }

        /// <inheritdoc />
        public bool Equals(Console? other) => other?.Expression == Expression;

        /// <inheritdoc />
        public override int GetHashCode() => Expression.GetHashCode(StringComparison.Ordinal);

        /// <inheritdoc />
        public override string ToString() => $"console:/{Expression}/";
    }
}
