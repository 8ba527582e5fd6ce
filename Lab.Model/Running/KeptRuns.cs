using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lab.Model.Running;

/// <summary>The last runs of a lab, in files of its folder: written by the program that runs the lab, read by <c>runs</c>, <c>compare</c> and the dashboard.</summary>
/// <param name="labFolder">The lab's folder.</param>
public sealed class KeptRuns(string labFolder)
{
    /// <summary>How many are kept; the oldest go first.</summary>
    public const int Most = 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        IgnoreReadOnlyProperties = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    private readonly string _folder = UserFolders.RunsFolder(labFolder);

    /// <summary>All that can be read, the newest first.</summary>
    public IReadOnlyList<KeptRun> All() => [.. Numbers().AsEnumerable().Reverse().Select(Find).OfType<KeptRun>()];

    /// <summary>The run of that number; null when there is none, or its file cannot be read.</summary>
    public KeptRun? Find(int number)
    {
        try
        {
            return JsonSerializer.Deserialize<KeptRun>(File.ReadAllText(PathOf(number)), Json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The number of the next run.</summary>
    public int Next() => Numbers().LastOrDefault() + 1;

    /// <summary>Writes a run, which no reader sees by half, and removes those that are too many.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(KeptRun run)
    {
        Directory.CreateDirectory(_folder);
        var path = PathOf(run.Number);
        File.WriteAllText($"{path}.new", Text(run));
        File.Move($"{path}.new", path, overwrite: true);
        foreach (var number in Numbers().SkipLast(Most))
        {
            File.Delete(PathOf(number));
            File.Delete(LogsPathOf(number));
            File.Delete(FilesPathOf(number));
        }
    }

    /// <summary>The logs of a run.</summary>
    public KeptLogs LogsOf(int number) => new(LogsPathOf(number));

    /// <summary>The files that were rendered for a run, each as a log under its path.</summary>
    public KeptLogs FilesOf(int number) => new(FilesPathOf(number));

    /// <summary>A run as JSON, on one line.</summary>
    public static string Text(KeptRun run) => JsonSerializer.Serialize(run, Json);

    private string PathOf(int number) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{number}.json"));

    private string LogsPathOf(int number) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{number}.logs.gz"));

    private string FilesPathOf(int number) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{number}.files.gz"));

    private List<int> Numbers() =>
        Directory.Exists(_folder)
            ? [.. Directory.EnumerateFiles(_folder, "*.json").Select(path => NumberOf(Path.GetFileNameWithoutExtension(path))).OfType<int>().Order()]
            : [];

    private static int? NumberOf(string name) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
