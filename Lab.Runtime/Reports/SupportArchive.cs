using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Model.Services;

namespace Lab.Runtime.Reports;

/// <summary>
/// What one needs to help somebody with a lab, in one file: definition, rendered files, logs, runs, versions. Secrets are taken out, and
/// files that hold nothing else are left out.
/// </summary>
public sealed class SupportArchive
{
    private const int MostOfLog = 2 << 20;

    /// <summary>What programs are configured with. What else is in that folder opens the lab to who has it: <c>access.json</c>.</summary>
    private static readonly string[] Configurations = ["*.conf", "*.hosts"];

    private readonly List<(string Path, string Content)> _files = [];

    /// <summary>Paths of its files, in their order.</summary>
    public IReadOnlyList<string> Paths => [.. _files.Select(file => file.Path)];

    /// <summary>Adds a text.</summary>
    /// <param name="path">Where, relative.</param>
    /// <param name="content">What, secrets and all.</param>
    public void Add(string path, string content) => _files.Add((path, SecretText.Hide(content)));

    /// <summary>Adds what Lab makes of a definition, at home and on AWS.</summary>
    public void AddRendered(LabDefinition lab)
    {
        var home = MatchboxData.Render(lab, BootImage.StandIn).Select(file => file with { Path = $"home/matchbox/{file.Path}" });
        foreach (var file in home.Concat(OnAws(lab)).Where(file => !file.IsSecret))
        {
            Add($"rendered/{file.Path}", file.Content);
        }
    }

    /// <summary>The files for AWS, or why there are none: a lab may have what is at home only.</summary>
    private static IReadOnlyList<RenderedFile> OnAws(LabDefinition lab)
    {
        try
        {
            return [.. DeploymentFiles.Render(lab).Select(file => file with { Path = $"aws/{file.Path}" })];
        }
        catch (LabException e)
        {
            return [new("aws/none.txt", $"{e.Message}\n")];
        }
    }

    /// <summary>Adds what the lab has in its folder: the last run and those before, what a running one was given, logs. A machine configuration is never taken.</summary>
    public void AddFolder(LabFolder lab)
    {
        foreach (var path in new[] { UserFolders.StatusFile(lab.Root), UserFolders.LastRunFile(lab.Root), lab.Journal })
        {
            AddFile(Path.GetFileName(path), path);
        }

        AddAll("runs", UserFolders.RunsFolder(lab.Root), "*.json");
        AddAll("logs", lab.Logs, "*.log");
        foreach (var pattern in Configurations)
        {
            AddAll("running", lab.Run, pattern);
        }

        foreach (var folder in new[] { "groups", "profiles" })
        {
            AddAll($"running/matchbox/{folder}", Path.Combine(lab.MatchboxData, folder), "*.json");
        }
    }

    /// <summary>Writes the archive, which nobody else can read and nobody sees by half.</summary>
    /// <param name="path">Where: a <c>.tar.gz</c>.</param>
    /// <param name="time">The time of its files.</param>
    /// <exception cref="LabException">It cannot be written.</exception>
    public void Write(string path, DateTimeOffset time)
    {
        var unfinished = $"{path}.{Environment.ProcessId}.new";
        try
        {
            using (var file = SecretFile.Create(unfinished))
            using (var gzip = new GZipStream(file, CompressionLevel.Optimal))
            using (var tar = new TarWriter(gzip, TarEntryFormat.Pax))
            {
                var folder = Path.GetFileName(path).Split('.')[0];
                foreach (var (name, content) in _files)
                {
                    tar.WriteEntry(
                        new PaxTarEntry(TarEntryType.RegularFile, $"{folder}/{name}")
                        {
                            DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
                            ModificationTime = time,
                            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                        }
                    );
                }
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"{path} cannot be written: {e.Message}", inner: e);
        }
        finally
        {
            if (File.Exists(unfinished))
            {
                File.Delete(unfinished);
            }
        }
    }

    private void AddAll(string to, string folder, string pattern)
    {
        if (Directory.Exists(folder))
        {
            foreach (var path in Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal))
            {
                AddFile($"{to}/{Path.GetRelativePath(folder, path)}", path);
            }
        }
    }

    /// <summary>The end of a file that is long. One that goes away meanwhile, or is somebody else's, is named and not read.</summary>
    private void AddFile(string to, string path)
    {
        try
        {
            // What follows a link is not the lab's.
            if (!File.Exists(path) || new FileInfo(path).LinkTarget is not null)
            {
                return;
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var skipped = Math.Max(0, file.Length - MostOfLog);
            file.Position = skipped;
            using var reader = new StreamReader(file, Encoding.UTF8);
            var text = reader.ReadToEnd();
            Add(to, skipped == 0 ? text : $"(the first {skipped} bytes are left out)\n{text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Add(to, $"(not read: {e.Message})\n");
        }
    }
}
