using CliWrap;
using CliWrap.Buffered;
using Lab.Model;

namespace Lab.Emulation.Host;

/// <summary>What a program in Python needs of this machine, wherever it was installed: by a package manager, pip, pipx or pyenv.</summary>
/// <param name="Interpreter">Absolute path of its Python.</param>
/// <param name="Folders">What that Python reads, absolute paths.</param>
internal sealed record PythonProgram(string Interpreter, IReadOnlyList<string> Folders)
{
    private const string Question = """
        import importlib.util, sys
        if importlib.util.find_spec(sys.argv[1]) is None:
            sys.exit("it has no package " + sys.argv[1])
        print("\n".join([sys.executable, sys.prefix, sys.base_prefix, sys.exec_prefix] + sys.path))
        """;

    /// <summary>Asks the Python of a program.</summary>
    /// <param name="program">Absolute path of the program.</param>
    /// <param name="package">The Python package that it is of.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <exception cref="LabException">It has none.</exception>
    public static async Task<PythonProgram> OfAsync(string program, string package, CancellationToken cancellationToken)
    {
        var python = Candidate(program);
        var answer = await Cli.Wrap(python).WithArguments(["-c", Question, package]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
        if (!answer.IsSuccess)
        {
            throw new LabException($"{program} cannot be run: {python}: {answer.StandardError.Trim()}. Install it with pip, in an environment of its own or for all.", exitCode: 2);
        }

        var lines = answer.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new PythonProgram(lines[0], [.. lines.Skip(1).Where(path => Path.IsPathRooted(path) && Path.Exists(path)).Select(path => path.TrimEnd('/'))]);
    }

    /// <summary>The Python that the program itself names, the one beside it, or that of the machine.</summary>
    private static string Candidate(string program)
    {
        var named = File.ReadLines(program).FirstOrDefault() is ['#', '!', .. var line] && line.Trim() is var path && path.Contains("python", StringComparison.Ordinal) && File.Exists(path) ? path : null;
        var beside = Path.Combine(Path.GetDirectoryName(program)!, "python3");
        return named ?? (File.Exists(beside) ? beside : ProgramRequirement.OnPath("python3") ?? throw new LabException($"{program} needs python3, which this machine lacks.", exitCode: 2));
    }
}
