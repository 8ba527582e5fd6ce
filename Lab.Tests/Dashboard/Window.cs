using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Lab.Tests.Dashboard;

/// <summary>A window of the browser, and what went wrong in it.</summary>
internal sealed class Window : IAsyncDisposable
{
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [];

    public Window(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) => Note(message.Type is "error" or "warning", message.Text);
        page.PageError += (_, error) => Note(true, error);
        page.Response += (_, response) => Note(response.Status >= 400, $"{response.Status} {response.Url}");
        page.Request += (_, request) =>
            Note(!IsHere(new Uri(request.Url)) && !request.Url.StartsWith("data:", StringComparison.Ordinal), $"asked {request.Url}");
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, answers that are errors, requests that leave the machine.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_errors)
            {
                return [.. _errors];
            }
        }
    }

    /// <summary>Goes to a page by its link, as a user does, and waits until it is live.</summary>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(new Uri(new Uri(Page.Url), path).ToString());
        await LiveAsync();
    }

    /// <summary>Waits until the page is connected: from then on it answers clicks.</summary>
    public Task LiveAsync() => Page.WaitForSelectorAsync("[data-live]", new() { State = WaitForSelectorState.Attached });

    /// <summary>Findings of axe that keep people out.</summary>
    public async Task<IReadOnlyList<string>> BarriersAsync()
    {
        if (!await Page.EvaluateAsync<bool>("'axe' in window"))
        {
            await Page.EvaluateAsync(Axe);
        }

        // In the page itself: axe's package for Playwright opens a page of its own after each run, for frames of other sites.
        return await Page.EvaluateAsync<string[]>(
            """
            async () => (await axe.run({ resultTypes: ["violations"] })).violations
                .filter(found => ["serious", "critical"].includes(found.impact))
                .map(found => `${found.impact} ${found.id}: ${found.nodes.slice(0, 3).map(node => node.html).join(" | ")}`)
            """
        );
    }

    /// <summary>How many pixels the page is wider than its window.</summary>
    public Task<int> OverflowAsync() => Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

    /// <summary>Whether the page is higher than its window.</summary>
    public Task<bool> ScrollsDownAsync() => Page.EvaluateAsync<bool>("document.documentElement.scrollHeight > document.documentElement.clientHeight");

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    /// <summary>Browsers take names below localhost for this machine.</summary>
    private static bool IsHere(Uri url) => url.IsLoopback || url.Host.EndsWith(".localhost", StringComparison.Ordinal);

    private void Note(bool isError, string text)
    {
        lock (_errors)
        {
            if (isError)
            {
                _errors.Add(text);
            }
        }
    }
}
