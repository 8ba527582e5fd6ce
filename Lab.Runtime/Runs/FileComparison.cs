using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

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

    private static List<LineChange> Changed(IReadOnlyList<string> before, IReadOnlyList<string> after) =>
        [
            .. InlineDiffBuilder
                .Diff(string.Join('\n', before), string.Join('\n', after), ignoreWhiteSpace: false)
                .Lines.Where(line => line.Type is ChangeType.Inserted or ChangeType.Deleted)
                .Select(line => new LineChange(line.Type == ChangeType.Inserted, line.Text)),
        ];
}

/// <summary>A line that only one of two files has.</summary>
/// <param name="IsAdded">True for one of the other run, false for one of the first.</param>
/// <param name="Text">The line.</param>
public sealed record LineChange(bool IsAdded, string Text);
