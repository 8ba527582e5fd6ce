namespace Lab.Emulation.Linux;

/// <summary>Says how a download goes on: how much is there, how fast it comes, and how long the rest will take.</summary>
/// <param name="name">What is fetched.</param>
/// <param name="total">Its size in bytes; null where it is not known.</param>
/// <param name="say">Gets a line every few seconds.</param>
/// <param name="time">The clock.</param>
public sealed class DownloadProgress(string name, long? total, Action<string> say, TimeProvider time)
{
    /// <summary>The time between two lines. A download that is over before has none: that it began was said.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private readonly long _began = time.GetTimestamp();
    private long _told = time.GetTimestamp();
    private long? _first;

    /// <summary>Notes how much is there now, with what an earlier start has left.</summary>
    /// <param name="bytes">Bytes.</param>
    public void Note(long bytes)
    {
        _first ??= bytes;
        if (time.GetElapsedTime(_told) < Interval)
        {
            return;
        }

        _told = time.GetTimestamp();
        var speed = (bytes - _first.Value) / time.GetElapsedTime(_began).TotalSeconds;
        say(FormattableString.Invariant($"{name}: {Amount(bytes)}, {speed / 1e6:0.0} MB/s{Left(bytes, speed)}"));
    }

    private string Amount(long bytes) =>
        total is { } size ? FormattableString.Invariant($"{bytes / 1e6:0.0} of {size / 1e6:0.0} MB") : FormattableString.Invariant($"{bytes / 1e6:0.0} MB");

    private string Left(long bytes, double speed)
    {
        if (total is not { } size || speed <= 0 || size < bytes)
        {
            return "";
        }

        var left = TimeSpan.FromSeconds(Math.Ceiling((size - bytes) / speed));
        return left.TotalSeconds < 60 ? $", {left.TotalSeconds:0} s left" : $", {left.TotalMinutes:0} min left";
    }
}
