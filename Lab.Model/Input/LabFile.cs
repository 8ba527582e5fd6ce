using Lab.Model.Definition;

namespace Lab.Model.Input;

/// <summary>Reads <c>lab.yaml</c>, strictly: what is not understood is an error with its line and column, never ignored.</summary>
public static class LabFile
{
    /// <summary>The name that is looked for when none is given.</summary>
    public const string DefaultName = YamlFile.LabFileName;

    /// <summary>The environment variable that names the operator's address when the file does not.</summary>
    public const string HomeVariable = "HOME_IPV6";

    /// <summary>
    /// The definition for a command: the file at <paramref name="path"/>, or <c>lab.yaml</c> in the current folder, or the
    /// specification's defaults where there is none; with what the lock file beside it says of images.
    /// </summary>
    /// <exception cref="DefinitionException">The file does not hold a valid lab, or its lock file is damaged.</exception>
    /// <exception cref="LabException">The file named by the user cannot be read.</exception>
    public static LabDefinition Load(string? path)
    {
        if (path is null && !File.Exists(DefaultName))
        {
            return WithHome(new LabDefinition(), Environment.GetEnvironmentVariable).With(ImageLockFile.Load(ImageLockFile.PathFor(path)));
        }

        var file = path ?? DefaultName;
        if (file.Length == 0)
        {
            throw new LabException("The name of the lab file is empty.");
        }

        if (Directory.Exists(file))
        {
            throw new LabException($"Cannot read the lab file {file}: it is a folder. Name the file: {Path.Combine(file, DefaultName)}");
        }

        try
        {
            var lab = Parse(File.ReadAllText(file), file, Environment.GetEnvironmentVariable).With(ImageLockFile.Load(ImageLockFile.PathFor(file)));
            var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
            return lab.WithImages(image => image.In(folder)) with
            {
                Cluster = lab.Cluster?.In(folder),
                Network = lab.Network with { Home = lab.Network.Home.In(folder) },
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"Cannot read the lab file {file}: {e.Message}", inner: e);
        }
    }

    /// <summary>The definition that a text holds.</summary>
    /// <param name="text">YAML, one document; empty means all defaults.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="environment">Looks up the variables of <c>${NAME}</c> references; null when not set.</param>
    /// <exception cref="DefinitionException">All that is wrong.</exception>
    public static LabDefinition Parse(string text, string file, Func<string, string?> environment)
    {
        var definition = YamlFile.Read<LabDefinition>(
            text,
            file,
            environment,
            lab => DefinitionRules.Check(WithHome(lab, environment)),
            DerivedAddresses.Complete
        );
        return WithHome(definition ?? new LabDefinition(), environment);
    }

    /// <summary>The operator's address differs from person to person, so it may stay out of the file.</summary>
    private static LabDefinition WithHome(LabDefinition lab, Func<string, string?> environment)
    {
        if (lab.Access.Ipv6 is not null || environment(HomeVariable) is not { Length: > 0 } home)
        {
            return lab;
        }

        try
        {
            return lab with { Access = lab.Access with { Ipv6 = HomeAddress.Parse(home) } };
        }
        catch (FormatException e)
        {
            throw new LabException($"Environment variable {HomeVariable}: {e.Message}.", inner: e);
        }
    }
}
