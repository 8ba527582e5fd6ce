namespace Lab.GoTemplates;

/// <summary>
/// A Go text/template with <c>missingkey=error</c> and the built-in functions. Parsed once, rendered by any thread; what a template
/// may cost is bounded.
/// </summary>
public sealed class Template
{
    private readonly IReadOnlyDictionary<string, IReadOnlyList<Node>> _templates;

    private Template(IReadOnlyDictionary<string, IReadOnlyList<Node>> templates) => _templates = templates;

    /// <exception cref="TemplateException">The text is no template.</exception>
    public static Template Parse(string text) => new(Parser.Parse(text));

    /// <summary>The text that the template makes of these values.</summary>
    /// <param name="data">JSON-like: null, bool, long, double, string, lists, dictionaries of objects or of strings.</param>
    /// <param name="cancellationToken">Ends it when nobody waits for the text any more.</param>
    /// <exception cref="TemplateException">A key is missing, an operation does not fit its values, or it takes too much (<see cref="RenderBudget"/>).</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public string Render(object? data, CancellationToken cancellationToken) => new Evaluator(_templates, new RenderBudget(cancellationToken)).Run(data);
}
