using System.ComponentModel;
using System.Net.Sockets;
using System.Text;
using CliWrap;
using CliWrap.Buffered;
using Lab.Model;
using Lab.Model.Rendering;

namespace Lab.Runtime.Lan;

/// <summary>A unit of systemd that runs <c>lab serve</c>: written, started, and taken away again. What Lab did not write it does not touch.</summary>
/// <param name="lab">Name of the lab.</param>
public sealed class SystemdService(string lab)
{
    private const string Folder = "/etc/systemd/system";

    /// <summary>systemd tells its services here where they say that they are ready (sd_notify(3)).</summary>
    private const string NotifyVariable = "NOTIFY_SOCKET";

    private const int ShownLines = 8;

    private readonly string _name = ServeUnit.NameFor(lab);

    private string FilePath => Path.Combine(Folder, _name);

    /// <summary>Writes and starts the unit, at every start of the machine too. Where it does not begin to serve, everything is as it was before.</summary>
    /// <param name="text">The unit.</param>
    /// <param name="say">Gets a line for what is done.</param>
    /// <param name="cancellationToken">Gives up, and takes back what was done.</param>
    /// <exception cref="LabException">It cannot be written, or does not begin to serve.</exception>
    public async Task InstallAsync(string text, Action<string> say, CancellationToken cancellationToken)
    {
        var before = await ReadAsync(cancellationToken);
        if (before == text && await AskAsync("is-enabled", cancellationToken) && await AskAsync("is-active", cancellationToken))
        {
            say($"{FilePath} is as it should be, and serves: nothing was changed.");
            return;
        }

        WholeFile.Write(FilePath, text);
        try
        {
            await RequireAsync(["daemon-reload"], cancellationToken);
            await RequireAsync(["enable", _name], cancellationToken);
            await RequireAsync(["restart", _name], cancellationToken);
        }
        catch (Exception e) when (e is LabException or OperationCanceledException)
        {
            var said = await LogAsync();
            await TakeBackAsync(before);
            if (e is OperationCanceledException)
            {
                throw;
            }

            var state = before is null ? "It was removed again" : "The one that was there before is back";
            throw new LabException($"{_name} does not begin to serve. {state}. {e.Message}{said}", inner: e);
        }

        say($"{(before is null ? "Wrote" : "Replaced")} {FilePath}:");
        say(text);
        say($"{_name} serves, and starts with this machine. Its log: journalctl -u {_name}. To remove it: {LabCommand.Line("serve --uninstall")}");
    }

    /// <summary>Ends the unit and removes it.</summary>
    /// <returns>False where there is none.</returns>
    /// <exception cref="LabException">It is somebody else's, or does not end.</exception>
    public async Task<bool> UninstallAsync(CancellationToken cancellationToken)
    {
        if (await ReadAsync(cancellationToken) is null)
        {
            return false;
        }

        await RequireAsync(["disable", "--now", _name], cancellationToken);
        File.Delete(FilePath);
        await RequireAsync(["daemon-reload"], cancellationToken);
        return true;
    }

    /// <summary>The path of the unit's file.</summary>
    public override string ToString() => FilePath;

    /// <summary>Tells systemd, where it has started this program, that it serves now.</summary>
    public static void TellReady()
    {
        if (Environment.GetEnvironmentVariable(NotifyVariable) is not { Length: > 1 } path)
        {
            return;
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        // Linux's abstract names begin with a zero, which systemd writes as an at sign.
        socket.SendTo(Encoding.ASCII.GetBytes("READY=1"), new UnixDomainSocketEndPoint(path[0] == '@' ? $"\0{path[1..]}" : path));
    }

    /// <summary>The unit that is there; null for none.</summary>
    private async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists("/run/systemd/system"))
        {
            throw new LabException(
                "This machine was not started by systemd, so there is nothing to install a service in. Run lab serve by what starts services here.",
                exitCode: 2
            );
        }

        if (!File.Exists(FilePath))
        {
            return null;
        }

        var text = await File.ReadAllTextAsync(FilePath, cancellationToken);
        return text.StartsWith(ServeUnit.Mark, StringComparison.Ordinal)
            ? text
            : throw new LabException(
                $"{FilePath} was not written by Lab (its first line is another), and stays as it is. Remove it, or give the lab another name with --name."
            );
    }

    private async Task TakeBackAsync(string? before)
    {
        if (before is null)
        {
            _ = await SystemctlAsync(["disable", "--now", _name], CancellationToken.None);
            File.Delete(FilePath);
        }
        else
        {
            WholeFile.Write(FilePath, before);
        }

        _ = await SystemctlAsync(["daemon-reload"], CancellationToken.None);
        _ = before is null
            ? await SystemctlAsync(["reset-failed", _name], CancellationToken.None)
            : await SystemctlAsync(["restart", _name], CancellationToken.None);
    }

    private async Task<bool> AskAsync(string question, CancellationToken cancellationToken) =>
        (await SystemctlAsync([question, "--quiet", _name], cancellationToken)).IsSuccess;

    private static async Task RequireAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var result = await SystemctlAsync(arguments, cancellationToken);
        if (!result.IsSuccess)
        {
            throw new LabException($"systemctl {string.Join(' ', arguments)}: {VisibleText.Of(result.StandardError.Trim())}");
        }
    }

    /// <summary>What the unit has written last.</summary>
    private async Task<string> LogAsync()
    {
        var lines = await RunAsync("journalctl", ["--unit", _name, "--lines", $"{ShownLines}", "--output", "cat", "--no-pager"], CancellationToken.None);
        return string.Concat(lines.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"\n  {VisibleText.Of(line)}"));
    }

    private static Task<BufferedCommandResult> SystemctlAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        RunAsync("systemctl", arguments, cancellationToken);

    private static async Task<BufferedCommandResult> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await Cli.Wrap(program).WithArguments(arguments).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
        }
        catch (Win32Exception e)
        {
            throw new LabException($"{program} cannot be run: {e.Message}", inner: e);
        }
    }
}
