using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Runtime.Lan;

/// <summary>What a machine gets when it asks for network boot: its image, or a script that leaves it to its disk.</summary>
/// <param name="records">What is known of the lab's machines.</param>
/// <param name="folder">The lab's files, of which the boot server reads the machine's group anew with each request.</param>
/// <param name="node">The machine.</param>
internal sealed class BootChoice(MachineRecords records, LabFolder folder, NodeDefinition node)
{
    private readonly Lock _lock = new();
    private string? _group;
    private string? _groupOfDisk;

    /// <summary>Raised when the choice is made and whenever it changes.</summary>
    public event Action? Changed;

    /// <summary>What is known of the machine.</summary>
    public MachineRecord Record => records.Of(node.Mac);

    /// <summary>Where it boots from next, in words; null for a machine that boots from the network.</summary>
    public string? From =>
        Record switch
        {
            { Installed: null } => null,
            { Reinstall: true } => "the network once, then its disk",
            _ => "its disk",
        };

    private string GroupFile => PathOf(MatchboxData.GroupFile(node));

    /// <summary>The boot server's files are there: from now on they say what is known.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _group = File.ReadAllText(GroupFile);
            (_groupOfDisk, var profile) = MatchboxData.LeaveToDisk(node, _group, path => File.ReadAllText(PathOf(path)));
            WholeFile.Write(PathOf(profile.Path), profile.Content);
            Write(Record);
        }

        Changed?.Invoke();
    }

    /// <summary>Takes in what is known from now on.</summary>
    public void Learn(Func<MachineRecord, MachineRecord> change)
    {
        lock (_lock)
        {
            var (before, after) = records.Change(node.Mac, change);
            if ((after.Installed, after.Reinstall) == (before.Installed, before.Reinstall))
            {
                // That it was served is for Lab alone.
                return;
            }

            if (after.IsLeftToDisk != before.IsLeftToDisk)
            {
                Write(after);
            }
        }

        Changed?.Invoke();
    }

    private void Write(MachineRecord record)
    {
        if ((record.IsLeftToDisk ? _groupOfDisk : _group) is { } group)
        {
            WholeFile.Write(GroupFile, group);
        }
    }

    private string PathOf(string file) => Path.Combine(folder.MatchboxData, file);
}
