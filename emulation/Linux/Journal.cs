using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lab.Emulation.Linux;

/// <summary>What a lab is about to do to the host, or has done.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(HostStarted), "host")]
[JsonDerivedType(typeof(NamespaceMade), "namespace")]
[JsonDerivedType(typeof(ProcessStarted), "process")]
[JsonDerivedType(typeof(ContainersMade), "containers")]
[JsonDerivedType(typeof(InterfaceServed), "interface")]
public abstract record JournalEntry;

/// <summary>The program that runs the lab.</summary>
public sealed record HostStarted(int Pid, long StartTicks, DateTimeOffset Time) : JournalEntry
{
    /// <summary>This program.</summary>
    public static HostStarted Now() => new(Environment.ProcessId, ProcessIdentity.Of(Environment.ProcessId)!.StartTicks, DateTimeOffset.UtcNow);

    /// <summary>The process.</summary>
    [JsonIgnore]
    public ProcessIdentity Process => new(Pid, StartTicks);
}

/// <summary>A named network namespace of the host. Links inside it end with it.</summary>
internal sealed record NamespaceMade(string Name) : JournalEntry;

/// <summary>A process of the lab, found again by its <see cref="ProcessMark"/>.</summary>
internal sealed record ProcessStarted(string Name) : JournalEntry;

/// <summary>Containers of a Docker engine, found again by their label.</summary>
/// <param name="Lab">The label's value.</param>
/// <param name="Engine">The engine's address; null for the one that docker takes by itself.</param>
internal sealed record ContainersMade(string Lab, string? Engine) : JournalEntry;

/// <summary>A network interface of this machine that is served as it is: nothing is made, so nothing is to be removed.</summary>
public sealed record InterfaceServed(string Name) : JournalEntry;

/// <summary>
/// The side effects of one lab, written down before they happen: whatever ends the program, what it may have left can be read here.
/// One JSON object a line; a last line that was cut off is ignored, because what it announces has not happened.
/// </summary>
public sealed class Journal : IDisposable
{
    private readonly FileStream _file;
    private readonly Lock _lock = new();

    private Journal(FileStream file) => _file = file;

    /// <summary>Begins an empty journal.</summary>
    public static Journal Create(LabFolder lab) => new(SecretFile.Create(lab.Journal, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>What the journal of a lab says; empty when there is none.</summary>
    public static IReadOnlyList<JournalEntry> Read(LabFolder lab)
    {
        try
        {
            return [.. File.ReadAllLines(lab.Journal).Select(Parse).OfType<JournalEntry>()];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Writes an entry and waits until the kernel has it: from here it outlives the program.</summary>
    public void Write(JournalEntry entry)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(entry);
        lock (_lock)
        {
            _file.Write([.. line, (byte)'\n']);
            _file.Flush();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private static JournalEntry? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<JournalEntry>(line);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            // Cut off, of another version, or not written by Lab.
            return null;
        }
    }
}
