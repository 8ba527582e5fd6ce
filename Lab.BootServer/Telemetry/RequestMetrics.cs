using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Lab.Model.Services;

namespace Lab.BootServer.Telemetry;

/// <summary>Counts of the answers by stage and status, as Prometheus reads them.</summary>
internal sealed class RequestMetrics
{
    private static readonly double[] Bounds = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60];

    private readonly ConcurrentDictionary<(BootRequestStage Stage, int Status), Series> _series = new();

    public void Count(BootRequest request) =>
        _series.GetOrAdd((request.Stage, request.Status), static _ => new Series()).Count(request.DurationMs / 1000, request.Bytes);

    /// <summary>The text format (https://prometheus.io/docs/instrumenting/exposition_formats/).</summary>
    /// <param name="groups">How many groups the data directory has.</param>
    public string Render(int groups)
    {
        var text = new StringBuilder();
        var series = _series.OrderBy(pair => pair.Key).ToList();
        Describe(text, "lab_boot_groups", "gauge", "Groups in the data directory.");
        Append(text, "lab_boot_groups", "", groups);
        Describe(text, "lab_boot_response_bytes_total", "counter", "Bytes of bodies that were sent.");
        series.ForEach(pair => Append(text, "lab_boot_response_bytes_total", $"{{{Labels(pair.Key)}}}", pair.Value.Bytes));
        Describe(text, "lab_boot_request_duration_seconds", "histogram", "From a request's first byte to the end of its answer.");
        series.ForEach(pair => AppendHistogram(text, Labels(pair.Key), pair.Value));
        return text.ToString();
    }

    private static void AppendHistogram(StringBuilder text, string labels, Series series)
    {
        const string name = "lab_boot_request_duration_seconds";
        var (buckets, sum) = series.Snapshot();
        var total = 0L;
        for (var i = 0; i < buckets.Length; i++)
        {
            total += buckets[i];
            var bound = i < Bounds.Length ? Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            Append(text, $"{name}_bucket", $"{{{labels},le=\"{bound}\"}}", total);
        }

        Append(text, $"{name}_sum", $"{{{labels}}}", sum);
        Append(text, $"{name}_count", $"{{{labels}}}", total);
    }

    private static string Labels((BootRequestStage Stage, int Status) key) => $"stage=\"{key.Stage.ToString().ToLowerInvariant()}\",status=\"{key.Status}\"";

    private static void Describe(StringBuilder text, string name, string type, string help) => text.Append($"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private static void Append(StringBuilder text, string name, string labels, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {value}\n");

    private sealed class Series
    {
        private readonly Lock _lock = new();
        private readonly long[] _buckets = new long[Bounds.Length + 1];
        private double _sum;
        private long _bytes;

        public long Bytes => Interlocked.Read(ref _bytes);

        public void Count(double seconds, long bytes)
        {
            var bucket = Array.FindIndex(Bounds, bound => seconds <= bound);
            lock (_lock)
            {
                _buckets[bucket < 0 ? Bounds.Length : bucket]++;
                _sum += seconds;
                _bytes += bytes;
            }
        }

        public (long[] Buckets, double Sum) Snapshot()
        {
            lock (_lock)
            {
                return ([.. _buckets], _sum);
            }
        }
    }
}
