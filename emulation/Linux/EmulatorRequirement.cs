using CliWrap;
using CliWrap.Buffered;

namespace Lab.Emulation.Linux;

/// <summary>moto_server, on PATH or in a Python environment of the lab's own.</summary>
public sealed record EmulatorRequirement(string Cache) : Requirement("aws-emulator", "AWS emulator for lab-deploy --target local")
{
    private const string Package = "moto[server]==5.2.1";

    /// <summary>Says that an installation was tried and failed, so that not every start of a lab tries it again.</summary>
    private string FailedMark => $"{Environment}.failed";

    /// <summary>True when an installation has failed before.</summary>
    public bool HasFailed => File.Exists(FailedMark);

    /// <summary>The lab's own Python environment.</summary>
    private string Environment => Path.Combine(Cache, "moto");

    /// <inheritdoc />
    public override string Remedy => $"python3 -m venv '{Environment}' && '{Environment}/bin/pip' install '{Package}'";

    /// <inheritdoc />
    public override string? Find() =>
        Path.Combine(Environment, "bin", "moto_server") is var own && File.Exists(own) ? own : ProgramRequirement.OnPath("moto_server");

    /// <summary>Makes the environment and installs moto into it.</summary>
    /// <returns>False when that cannot be done here, with pip's last words.</returns>
    public async Task<(bool Installed, string Output)> InstallAsync(CancellationToken cancellationToken)
    {
        var result = await Cli.Wrap("sh").WithArguments(["-c", Remedy]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
        if (!result.IsSuccess)
        {
            await File.WriteAllTextAsync(FailedMark, "", cancellationToken);
        }

        return (result.IsSuccess, $"{result.StandardOutput}\n{result.StandardError}".Trim());
    }

    /// <summary>moto_server does not tell its version; the Python beside it knows which package it has.</summary>
    public override async Task<string> VersionAsync(string path, CancellationToken cancellationToken)
    {
        var python = Path.Combine(Path.GetDirectoryName(path)!, "python3");
        var result = await Cli.Wrap(File.Exists(python) ? python : "python3")
            .WithArguments(["-c", "import importlib.metadata as m; print(m.version('moto'))"])
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        return result.StandardOutput.Trim() is { Length: > 0 } version ? version : "unknown";
    }
}
