using System.IO.Compression;
using System.Text.Json;

namespace Lab.Model.Running;

/// <summary>A line of a log as it is kept.</summary>
/// <param name="Resource">Whose log it is of.</param>
/// <param name="Number">Its number in that log, from 1.</param>
/// <param name="Time">When it was written.</param>
/// <param name="Text">The line, cut where it is longer than <see cref="KeptLogs.LongestLine"/>.</param>
public sealed record KeptLogLine(string Resource, int Number, DateTimeOffset Time, string Text);

/// <summary>The logs of a run as they are kept: a compressed file of JSON, one line an object.</summary>
/// <param name="path">The file.</param>
public sealed class KeptLogs(string path)
{
    /// <summary>The longest line that is kept whole, in characters.</summary>
    public const int LongestLine = 2000;

    /// <summary>The most lines that are kept of a run.</summary>
    public const int MostLines = 40_000;

    /// <summary>All lines, log by log; none where there is no file or it cannot be read.</summary>
    public IReadOnlyList<KeptLogLine> Read()
    {
        var lines = new List<KeptLogLine>();
        try
        {
            using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            using var reader = new StreamReader(file);
            while (lines.Count < MostLines && reader.ReadLine() is { } line)
            {
                if (JsonSerializer.Deserialize<KeptLogLine>(line, JsonSerializerOptions.Web) is { Resource: not null, Text: not null } kept)
                {
                    lines.Add(kept);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or JsonException)
        {
            // What could be read is shown.
        }

        return lines;
    }

    /// <summary>Writes them, which no reader sees by half.</summary>
    /// <param name="lines">The lines, log by log.</param>
    /// <exception cref="IOException">They cannot be written.</exception>
    public void Save(IEnumerable<KeptLogLine> lines)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var writer = new StreamWriter(new GZipStream(File.Create($"{path}.new"), CompressionLevel.Fastest)))
        {
            foreach (var line in lines.Take(MostLines))
            {
                var kept = line.Text.Length > LongestLine ? line with { Text = $"{line.Text[..LongestLine]}…" } : line;
                writer.WriteLine(JsonSerializer.Serialize(kept, JsonSerializerOptions.Web));
            }
        }

        File.Move($"{path}.new", path, overwrite: true);
    }
}
