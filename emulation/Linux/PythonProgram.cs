using CliWrap;
using CliWrap.Buffered;

namespace Lab.Emulation.Linux;

/// <summary>What a program in Python needs of this machine, wherever it was installed: by a package manager, pip, pipx or pyenv.</summary>
/// <param name="Program">Absolute path of what is run.</param>
/// <param name="Arguments">Its first arguments.</param>
/// <param name="Folders">What it reads, absolute paths.</param>
internal sealed record PythonProgram(string Program, IReadOnlyList<string> Arguments, IReadOnlyList<string> Folders)
{
    /// <summary>Of the module only its package is looked for: to look further, Python would load it, which takes longer than the answer is worth.</summary>
    private const string Question = """
        import importlib.util, sys
        if importlib.util.find_spec(sys.argv[1].partition(".")[0]) is None:
            sys.exit(1)
        print("\n".join([sys.executable, sys.prefix, sys.base_prefix, sys.exec_prefix] + sys.path))
        """;

    /// <summary>
    /// Asks the Python that a program names or that is beside it. A program that is a script around its Python is run itself.
    /// </summary>
    /// <param name="program">Absolute path of the program.</param>
    /// <param name="module">What it runs: a module of Python.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    public static async Task<PythonProgram> OfAsync(string program, string module, CancellationToken cancellationToken)
    {
        if (Candidate(program) is { } python)
        {
            var answer = await Cli.Wrap(python)
                .WithArguments(["-c", Question, module])
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(cancellationToken);
            var lines = answer.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (answer.IsSuccess && lines.Length > 1)
            {
                return new PythonProgram(
                    lines[0],
                    ["-m", module],
                    [.. lines.Skip(1).Where(path => Path.IsPathRooted(path) && Path.Exists(path)).Select(path => path.TrimEnd('/'))]
                );
            }
        }

        return new PythonProgram(program, [], []);
    }

    private static string? Candidate(string program)
    {
        var named =
            File.ReadLines(program).FirstOrDefault() is ['#', '!', .. var line]
            && line.Trim() is var path
            && path.Contains("python", StringComparison.Ordinal)
            && File.Exists(path)
                ? path
                : null;
        var beside = Path.Combine(Path.GetDirectoryName(program)!, "python3");
        return named ?? (File.Exists(beside) ? beside : null);
    }
}
