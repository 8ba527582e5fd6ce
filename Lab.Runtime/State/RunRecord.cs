using Lab.Emulation.Linux;
using Lab.Model.Running;

namespace Lab.Runtime.State;

/// <summary>Keeps a run in the lab's folder while it goes on.</summary>
public sealed class RunRecord
{
    private readonly KeptRuns _runs;
    private readonly Lock _lock = new();
    private readonly List<BootSnapshot> _boots = [];
    private readonly ILabResources _lab;
    private KeptRun _run;
    private bool _hasChanged;
    private bool _hasFiles;

    /// <summary>The lab's folder, whose rendered files are kept with the first boot; null for none.</summary>
    public LabFolder? Folder { get; init; }

    /// <summary>Begins to record the boots of a lab.</summary>
    /// <param name="runs">Where runs are kept.</param>
    /// <param name="run">What is known of this one.</param>
    /// <param name="lab">The lab that is about to run.</param>
    public RunRecord(KeptRuns runs, KeptRun run, ILabResources lab)
    {
        (_runs, _run, _lab) = (runs, run, lab);
        lab.BootChanged += Note;
        lab.ClusterChanged += NoteCluster;
    }

    /// <summary>Writes what has changed.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save()
    {
        lock (_lock)
        {
            if (!_hasChanged)
            {
                return;
            }

            _hasChanged = false;
            _run = _run with { Boots = [.. _boots.Select(KeptBoots.Keep)], Cluster = _lab.Cluster is { } cluster ? KeptClusters.Keep(cluster) : null };
        }

        _runs.Save(_run);
        if (Folder is { } folder && !_hasFiles && Directory.Exists(folder.Run))
        {
            _hasFiles = true;
            RunFiles.Keep(folder, _runs.FilesOf(_run.Number));
        }
    }

    /// <summary>Writes the logs of a run in which a machine was switched on, as they are now.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public async Task SaveLogsAsync()
    {
        bool isKept;
        lock (_lock)
        {
            isKept = _boots.Count > 0;
        }

        if (isKept)
        {
            await RunLogs.KeepAsync(_lab, _runs.LogsOf(_run.Number));
        }
    }

    /// <summary>Writes that the run has ended, if a machine was switched on in it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void End(DateTimeOffset time)
    {
        lock (_lock)
        {
            _run = _run with { Ended = time };
            _hasChanged = _boots.Count > 0;
        }

        Save();
    }

    /// <summary>A cluster is made of nodes that have booted.</summary>
    private void NoteCluster()
    {
        lock (_lock)
        {
            _hasChanged = _boots.Count > 0;
        }
    }

    private void Note(BootSnapshot boot)
    {
        lock (_lock)
        {
            _hasChanged = true;
            var index = _boots.FindLastIndex(known => known.Node == boot.Node && known.SwitchedOn == boot.SwitchedOn);
            if (index < 0)
            {
                _boots.Add(boot);
            }
            else
            {
                _boots[index] = boot;
            }
        }
    }
}
