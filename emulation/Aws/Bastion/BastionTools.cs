using System.Net;
using System.Net.Sockets;
using System.Text;
using Lab.Emulation.Network;
using Lab.Model;

namespace Lab.Emulation.Aws.Bastion;

/// <summary>What a program of the bastion's answers.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error, one line.</param>
internal sealed record ToolAnswer(int ExitCode, string Output = "", string Error = "")
{
    /// <summary>Success without a word.</summary>
    public static ToolAnswer Done { get; } = new(0);
}

/// <summary>
/// Programs of the bastion's that the lab answers for itself. In the bastion each is a shell script that passes its arguments on over a
/// connection of the bastion's loopback.
/// </summary>
internal sealed class BastionTools : IAsyncDisposable
{
    /// <summary>The program, whatever its name.</summary>
    public const string Program = """
        #!/bin/bash
        # The lab answers for this program.
        exec 3<>/dev/tcp/127.0.0.1/9009
        printf '%s\0' "${0##*/}" "$@" | base64 -w 0 >&3
        echo >&3
        read -r status <&3
        read -r error <&3
        [ -z "$error" ] || echo "$error" >&2
        cat <&3
        exit "$status"

        """;

    private static readonly IPEndPoint Endpoint = new(IPAddress.Loopback, 9009);

    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener;
    private readonly Func<string, IReadOnlyList<string>, CancellationToken, Task<ToolAnswer>> _answer;
    private readonly Task _serving;

    private BastionTools(Socket listener, Func<string, IReadOnlyList<string>, CancellationToken, Task<ToolAnswer>> answer)
    {
        (_listener, _answer) = (listener, answer);
        _serving = ServeAsync();
    }

    /// <summary>Begins to answer.</summary>
    /// <param name="fabric">The lab's network.</param>
    /// <param name="answer">Gets a program's name and arguments.</param>
    public static BastionTools Start(ILabFabric fabric, Func<string, IReadOnlyList<string>, CancellationToken, Task<ToolAnswer>> answer)
    {
        var listener = fabric.CreateSocket(SocketType.Stream);
        // The bastion of the day before has left connections that the kernel remembers for a minute.
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(Endpoint);
        listener.Listen();
        return new BastionTools(listener, answer);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new HashSet<Task>();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var connection = await _listener.AcceptAsync(_stop.Token);
                connections.RemoveWhere(task => task.IsCompleted);
                connections.Add(AnswerAsync(connection));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                break;
            }
        }

        await Task.WhenAll(connections);
    }

    private async Task AnswerAsync(Socket connection)
    {
        try
        {
            await using var stream = new NetworkStream(connection, ownsSocket: true);
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            var words = Encoding.UTF8.GetString(Convert.FromBase64String(await reader.ReadLineAsync(_stop.Token) ?? "")).Split('\0')[..^1];
            var answer = await RunAsync(words);
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"{answer.ExitCode}\n{answer.Error.ReplaceLineEndings(" ")}\n{answer.Output}"), _stop.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or FormatException)
        {
            // The script has been ended meanwhile.
        }
    }

    private async Task<ToolAnswer> RunAsync(string[] words)
    {
        try
        {
            return await _answer(words[0], words[1..], _stop.Token);
        }
        catch (Exception e)
            when (e
                    is LabException
                        or IOException
                        or UnauthorizedAccessException
                        or HttpRequestException
                        or SocketException
                        or Amazon.Runtime.AmazonServiceException
            )
        {
            return new ToolAnswer(1, Error: $"{words[0]}: {e.Message}");
        }
    }
}
