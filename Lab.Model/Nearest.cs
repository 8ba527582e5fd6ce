namespace Lab.Model;

/// <summary>What somebody who mistyped a word may have meant.</summary>
public static class Nearest
{
    /// <summary>The word that is one or two letters away; null when none is near.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="words">What there is.</param>
    public static string? Of(string typed, IEnumerable<string> words) =>
        words
            .Select(word => (Word: word, Distance: Distance(typed, word)))
            .Where(near => near.Distance <= Math.Max(1, Math.Min(2, typed.TrimStart('-').Length / 2)))
            .OrderBy(near => near.Distance)
            .ThenBy(near => near.Word, StringComparer.Ordinal)
            .Select(near => near.Word)
            .FirstOrDefault();

    /// <summary>Letters to insert, remove, replace or swap with their neighbour (optimal string alignment).</summary>
    private static int Distance(string from, string to)
    {
        var cost = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cost[i, j] = i + j;
                    continue;
                }

                var replaced = cost[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, replaced);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[from.Length, to.Length];
    }
}
