namespace Lab.Deployer.Verification.Exposures;

/// <summary>Reads descriptions to their end: AWS may give any of them in pages.</summary>
internal static class Pages
{
    /// <param name="page">One page, given the token of the page; the first has none.</param>
    public static async Task<IReadOnlyList<T>> AllAsync<T>(Func<string?, Task<(List<T>? Items, string? Next)>> page)
    {
        List<T> all = [];
        string? token = null;
        do
        {
            (var items, token) = await page(token);
            all.AddRange(items ?? []);
        }
        while (!string.IsNullOrEmpty(token));
        return all;
    }
}
