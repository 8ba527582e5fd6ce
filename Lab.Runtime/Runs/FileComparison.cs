namespace Lab.Runtime.Runs;

/// <summary>A rendered file that differs between two runs.</summary>
/// <param name="Path">Its path in the lab's run folder.</param>
/// <param name="IsInBefore">True when the one run has it.</param>
/// <param name="IsInAfter">True when the other run has it.</param>
/// <param name="Changes">The lines that only one of them has, in the files' order; none of a file that only one run has.</param>
public sealed record FileComparison(string Path, bool IsInBefore, bool IsInAfter, IReadOnlyList<LineChange> Changes)
{
    /// <summary>Those of two sets of files that differ, by path.</summary>
    public static IReadOnlyList<FileComparison> Of(
        IReadOnlyDictionary<string, IReadOnlyList<string>> before,
        IReadOnlyDictionary<string, IReadOnlyList<string>> after
    ) =>
        [
            .. before
                .Keys.Union(after.Keys)
                .Order(StringComparer.Ordinal)
                .Select(path =>
                    before.TryGetValue(path, out var first) & after.TryGetValue(path, out var second)
                        ? new FileComparison(path, true, true, Changed(first!, second!))
                        : new FileComparison(path, first is not null, second is not null, [])
                )
                .Where(file => file is not { IsInBefore: true, IsInAfter: true, Changes: [] }),
        ];

    /// <summary>The lines outside the longest common subsequence.</summary>
    private static List<LineChange> Changed(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var common = new int[before.Count + 1, after.Count + 1];
        for (var i = before.Count - 1; i >= 0; i--)
        {
            for (var j = after.Count - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var changes = new List<LineChange>();
        var (left, right) = (0, 0);
        while (left < before.Count || right < after.Count)
        {
            if (left < before.Count && right < after.Count && before[left] == after[right])
            {
                (left, right) = (left + 1, right + 1);
            }
            else if (right == after.Count || left < before.Count && common[left + 1, right] >= common[left, right + 1])
            {
                changes.Add(new LineChange(IsAdded: false, before[left++]));
            }
            else
            {
                changes.Add(new LineChange(IsAdded: true, after[right++]));
            }
        }

        return changes;
    }
}

/// <summary>A line that only one of two files has.</summary>
/// <param name="IsAdded">True for one of the other run, false for one of the first.</param>
/// <param name="Text">The line.</param>
public sealed record LineChange(bool IsAdded, string Text);
