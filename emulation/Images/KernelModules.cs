using System.Text;
using Lab.Model;

namespace Lab.Emulation.Images;

/// <summary>
/// Finds a kernel's loadable modules and what each needs. The packages hold no dependency index (depmod writes it when they are
/// installed), so it is read from the modules themselves: <c>depends=</c> in their <c>.modinfo</c> section.
/// </summary>
internal sealed class KernelModules
{
    private readonly Dictionary<string, string> _paths;

    /// <summary>Lists the modules below a folder <c>lib/modules/VERSION</c>.</summary>
    public KernelModules(string folder)
    {
        _paths = Directory.EnumerateFiles(folder, "*.ko", SearchOption.AllDirectories).ToDictionary(path => Name(Path.GetFileNameWithoutExtension(path)));
    }

    /// <summary>A module and all that it needs, in the order of loading. A name that is no file is part of the kernel itself.</summary>
    /// <exception cref="LabException">The kernel has no such module as a file.</exception>
    public IReadOnlyList<string> Closure(string module)
    {
        var ordered = ClosureOrBuiltIn(module);
        return ordered.Count > 0 ? ordered : throw new LabException($"The kernel has no module {module}.");
    }

    /// <summary>As <see cref="Closure"/>; empty for one that is part of the kernel itself.</summary>
    public IReadOnlyList<string> ClosureOrBuiltIn(string module)
    {
        var ordered = new List<string>();
        Visit(module, ordered);
        return ordered;
    }

    private void Visit(string module, List<string> ordered)
    {
        if (_paths.TryGetValue(Name(module), out var path) && !ordered.Contains(path))
        {
            foreach (var dependency in Dependencies(File.ReadAllBytes(path)))
            {
                Visit(dependency, ordered);
            }

            ordered.Add(path);
        }
    }

    private static string[] Dependencies(ReadOnlySpan<byte> module)
    {
        var key = "\0depends="u8;
        var start = module.IndexOf(key);
        if (start < 0)
        {
            return [];
        }

        var value = module[(start + key.Length)..];
        return Encoding.ASCII.GetString(value[..value.IndexOf((byte)0)]).Split(',', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Hyphen and underscore are the same in a module's name.</summary>
    private static string Name(string module) => module.Replace('-', '_');
}
