using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Lab.Model;

namespace Lab.Deployment.Tunnels;

/// <summary>A program that holds a tunnel open: it runs until it is told to end, and what it says of its failure is kept.</summary>
internal sealed class TunnelProgram : IAsyncDisposable
{
    private const int KeptLines = 3;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Whoever runs it may be asked for a passphrase, or whether a host is known.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _name;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();

    private TunnelProgram(ProcessStartInfo start, Action<string>? show)
    {
        _name = Path.GetFileName(start.FileName);
        // Its input stays open for as long as this program lives, however that ends.
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new LabException($"{start.FileName} cannot be run: {e.Message}", inner: e);
        }

        // Read to its end, so that it never waits for a reader.
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, line) => Keep(line.Data, show);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts a program, and waits until all its ends on this machine answer.</summary>
    /// <param name="start">The program.</param>
    /// <param name="ends">Its ends here.</param>
    /// <param name="remedy">What to do when it fails.</param>
    /// <param name="show">Gets what it says while it starts; null for nobody.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="LabException">It cannot be run, ends before that, or takes too long.</exception>
    public static async Task<TunnelProgram> StartAsync(
        ProcessStartInfo start,
        IReadOnlyCollection<EndPoint> ends,
        string remedy,
        Action<string>? show,
        CancellationToken cancellationToken
    )
    {
        var program = new TunnelProgram(start, show);
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Patience);
            foreach (var end in ends)
            {
                while (!await AnswersAsync(end, deadline.Token))
                {
                    await Task.Delay(Look, deadline.Token);
                    if (program._process.HasExited)
                    {
                        throw new LabException($"{program._name} has ended: {program.Said()}. {remedy}");
                    }
                }
            }

            return program;
        }
        catch (Exception e)
        {
            await program.DisposeAsync();
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new LabException($"{program._name} opens no tunnel within {Patience.TotalMinutes:0} minutes: {program.Said()}. {remedy}", inner: e);
            }

            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        // Not until its output ends: what it has started may hold that open.
        _process.WaitForExit(Patience);
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Keep(string? line, Action<string>? show)
    {
        if (line is null)
        {
            return;
        }

        show?.Invoke(line);
        _said.Enqueue(VisibleText.Of(line));
        while (_said.Count > KeptLines)
        {
            _said.TryDequeue(out var _);
        }
    }

    private string Said() => _said.IsEmpty ? "it says nothing" : string.Join("; ", _said).TrimEnd('.');

    private static async Task<bool> AnswersAsync(EndPoint end, CancellationToken cancellationToken)
    {
        using var socket = TunnelEnds.Socket(end);
        try
        {
            await socket.ConnectAsync(end, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
