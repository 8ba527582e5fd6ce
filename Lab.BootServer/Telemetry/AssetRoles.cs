using System.Collections.Concurrent;
using Lab.BootServer.Data;
using Lab.Model.Services;

namespace Lab.BootServer.Telemetry;

/// <summary>Which asset is a kernel, an initrd or a configuration: what the profiles say.</summary>
internal sealed class AssetRoles
{
    private const int Capacity = 64 * 1024;
    private const string Assets = "/assets/";

    private readonly ConcurrentDictionary<string, BootRequestStage> _paths = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Prefix, string Suffix), BootRequestStage> _patterns = new();

    /// <summary>Remembers the assets that a profile names.</summary>
    public void Learn(Profile profile)
    {
        if (profile.Boot is not { } boot || _paths.Count + _patterns.Count > Capacity)
        {
            return;
        }

        Learn(boot.Kernel.Split(' ').Take(1), BootRequestStage.Kernel);
        Learn(boot.Initrd.SelectMany(initrd => initrd.Split(' ')), BootRequestStage.Initrd);
        Learn(boot.Kernel.Split(' ').Skip(1).Concat(boot.Args.SelectMany(argument => argument.Split(' '))).Where(IsConfig), BootRequestStage.Config);
    }

    /// <summary>The stage that a path below /assets/ belongs to.</summary>
    public BootRequestStage Of(string path)
    {
        if (_paths.TryGetValue(path, out var stage))
        {
            return stage;
        }

        foreach (var ((prefix, suffix), patternStage) in _patterns)
        {
            if (
                path.Length >= prefix.Length + suffix.Length
                && path.StartsWith(prefix, StringComparison.Ordinal)
                && path.EndsWith(suffix, StringComparison.Ordinal)
            )
            {
                return patternStage;
            }
        }

        return BootRequestStage.Other;
    }

    private static bool IsConfig(string argument) => argument.Contains('=') && !argument.StartsWith("initrd=", StringComparison.Ordinal);

    private void Learn(IEnumerable<string> words, BootRequestStage stage)
    {
        foreach (var word in words)
        {
            var at = word.IndexOf(Assets, StringComparison.Ordinal);
            if (at < 0)
            {
                continue;
            }

            var path = word[at..].Split('?', '#', ',')[0];
            var variable = path.IndexOf("${", StringComparison.Ordinal);
            if (variable < 0)
            {
                _paths[path] = stage;
            }
            else
            {
                _patterns[(path[..variable], path[(path.LastIndexOf('}') + 1)..])] = stage;
            }
        }
    }
}
