using System.Text.Json;
using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Runtime.Lan;

/// <summary>The records of all real machines of a lab, by MAC, in a file that stays when the lab ends.</summary>
internal sealed class MachineRecords
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string _path;
    private readonly SortedDictionary<string, MachineRecord> _records;
    private readonly Lock _lock = new();

    private MachineRecords(string path, SortedDictionary<string, MachineRecord> records) => (_path, _records) = (path, records);

    /// <summary>Reads what earlier runs have written.</summary>
    /// <exception cref="LabException">The file is damaged: nothing is guessed in its place.</exception>
    public static MachineRecords Read(LabFolder folder)
    {
        var path = Path.Combine(folder.Root, "machines.json");
        try
        {
            return new(path, File.Exists(path) ? JsonSerializer.Deserialize<SortedDictionary<string, MachineRecord>>(File.ReadAllText(path), Json) ?? [] : []);
        }
        catch (JsonException e)
        {
            throw new LabException(
                $"{path} is damaged, so Lab does not know which machines are installed: {e.Message} Delete it: then every machine boots from the network until it is marked with {LabCommand.Line("mark-installed NODE")}",
                inner: e
            );
        }
    }

    /// <summary>What is known of a machine.</summary>
    public MachineRecord Of(MacAddress machine)
    {
        lock (_lock)
        {
            return _records.GetValueOrDefault($"{machine}") ?? MachineRecord.Unknown;
        }
    }

    /// <summary>Takes a change in and writes it down.</summary>
    /// <returns>The record before and after.</returns>
    public (MachineRecord Before, MachineRecord After) Change(MacAddress machine, Func<MachineRecord, MachineRecord> change)
    {
        lock (_lock)
        {
            var before = Of(machine);
            var after = change(before);
            if (after != before)
            {
                _records[$"{machine}"] = after;
                WholeFile.Write(_path, JsonSerializer.Serialize(_records, Json));
            }

            return (before, after);
        }
    }
}
