namespace Lab.Bench;

/// <summary>Figures of several runs, printed as a table of least, median and greatest.</summary>
internal sealed class Figures
{
    private readonly Dictionary<string, List<double>> _all = [];
    private int _runs;

    public static double Median(IReadOnlyCollection<double> values) => values.Order().ElementAt(values.Count / 2);

    public void Add(IEnumerable<(string Name, double Seconds)> run)
    {
        _runs++;
        foreach (var (name, seconds) in run)
        {
            _all.TryAdd(name, []);
            _all[name].Add(seconds);
        }
    }

    public void Print()
    {
        Console.WriteLine($"{"", -28} {"min", 7} {"median", 7} {"max", 7}   ({_runs} runs)");
        foreach (var (name, values) in _all)
        {
            values.Sort();
            Console.WriteLine(FormattableString.Invariant($"{name, -28} {values[0], 7:0.00} {values[values.Count / 2], 7:0.00} {values[^1], 7:0.00}"));
        }
    }
}
