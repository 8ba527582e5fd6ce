using Lab.Emulation.Linux;

namespace Lab.UnitTests.Emulation;

public sealed class DownloadProgressTests
{
    [Fact]
    public void Every_few_seconds_bytes_speed_and_what_is_left_are_said()
    {
        var (clock, lines) = (new Clock(), new List<string>());
        var progress = new DownloadProgress("kernel", 100_000_000, lines.Add, clock);

        progress.Note(20_000_000);
        clock.Seconds = 2;
        progress.Note(30_000_000);
        clock.Seconds = 4;
        progress.Note(40_000_000);
        clock.Seconds = 5;
        progress.Note(45_000_000);
        clock.Seconds = 1004;
        progress.Note(50_000_000);

        Assert.Equal(["kernel: 40.0 of 100.0 MB, 5.0 MB/s, 12 s left", "kernel: 50.0 of 100.0 MB, 0.0 MB/s, 28 min left"], lines);
    }

    [Fact]
    public void Without_a_size_nothing_is_said_of_the_rest()
    {
        var (clock, lines) = (new Clock(), new List<string>());
        var progress = new DownloadProgress("kernel", null, lines.Add, clock);
        progress.Note(0);
        clock.Seconds = 3;
        progress.Note(3_000_000);

        Assert.Equal(["kernel: 3.0 MB, 1.0 MB/s"], lines);
    }

    private sealed class Clock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
