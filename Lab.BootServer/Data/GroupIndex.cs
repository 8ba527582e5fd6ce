using Lab.GoTemplates;

namespace Lab.BootServer.Data;

/// <summary>
/// Answers which group a machine belongs to, in a time that depends on how many <em>different sets of selector keys</em> there are
/// and not on the number of groups: one hash look-up a set. Immutable; a change makes a new one.
/// </summary>
internal sealed class GroupIndex
{
    /// <summary>No group at all.</summary>
    public static readonly GroupIndex Empty = new([]);

    private readonly KeySet[] _keySets;

    /// <param name="groups">In file-name order: of two groups with the same selectors the first one counts.</param>
    public GroupIndex(IReadOnlyCollection<Group> groups)
    {
        Count = groups.Count;
        _keySets =
        [
            .. groups.GroupBy(KeysOf, KeySequence.Comparer).Select(sameKeys => new KeySet(sameKeys.Key, sameKeys)).OrderByDescending(set => set.KeyCount),
        ];
    }

    /// <summary>How many groups there are.</summary>
    public int Count { get; }

    /// <summary>
    /// The group with the most selectors that all equal the labels (a missing label equals ""); between equals the one whose
    /// <see cref="Group.SelectorString"/> is the greatest. Null when none matches.
    /// </summary>
    public Group? Select(IReadOnlyDictionary<string, string> labels)
    {
        Group? best = null;
        foreach (var set in _keySets)
        {
            if (best is not null && set.KeyCount < best.Selector.Count)
            {
                break;
            }

            if (set.Find(labels) is { } match && (best is null || GoText.Compare(match.SelectorString, best.SelectorString) > 0))
            {
                best = match;
            }
        }

        return best;
    }

    private static string[] KeysOf(Group group)
    {
        var keys = group.Selector.Keys.ToArray();
        Array.Sort(keys, StringComparer.Ordinal);
        return keys;
    }

    /// <summary>All groups that select by the same keys, by their values.</summary>
    private sealed class KeySet
    {
        private readonly string[] _keys;
        private readonly Dictionary<string[], Group> _groups = new(KeySequence.Comparer);

        public KeySet(string[] keys, IEnumerable<Group> groups)
        {
            _keys = keys;
            foreach (var group in groups)
            {
                _groups.TryAdd([.. keys.Select(key => group.Selector[key])], group);
            }
        }

        public int KeyCount => _keys.Length;

        public Group? Find(IReadOnlyDictionary<string, string> labels)
        {
            var values = _keys.Length == 0 ? [] : new string[_keys.Length];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = labels.TryGetValue(_keys[i], out var value) ? value : "";
            }

            return _groups.GetValueOrDefault(values);
        }
    }

    /// <summary>Compares lists of strings by their content.</summary>
    private sealed class KeySequence : IEqualityComparer<string[]>
    {
        public static readonly KeySequence Comparer = new();

        public bool Equals(string[]? left, string[]? right) => left.AsSpan().SequenceEqual(right);

        public int GetHashCode(string[] keys)
        {
            var hash = new HashCode();
            foreach (var key in keys)
            {
                hash.Add(key, StringComparer.Ordinal);
            }

            return hash.ToHashCode();
        }
    }
}
