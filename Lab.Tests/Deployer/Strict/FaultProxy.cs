using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lab.Tests.Deployer.Strict;

/// <summary>Stands between the SDK and moto: lets calls fail on demand, and keeps what was called.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly StrictMoto _moto;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _serving;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<Task, bool> _underWay = new();

    public FaultProxy(Uri moto)
    {
        _moto = new StrictMoto(moto);
        _listener.Start();
        Endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _serving = ServeAsync();
    }

    public Uri Endpoint { get; }

    /// <inheritdoc cref="StrictMoto.PageSize" />
    public int? PageSize
    {
        get => _moto.PageSize;
        set => _moto.PageSize = value;
    }

    /// <inheritdoc cref="StrictMoto.Consistency" />
    internal EventualConsistency? Consistency
    {
        get => _moto.Consistency;
        set => _moto.Consistency = value;
    }

    /// <inheritdoc cref="StrictMoto.Models" />
    internal ServiceModels? Models
    {
        get => _moto.Models;
        set => _moto.Models = value;
    }

    /// <summary>Decides what goes wrong with a writing call; one call is decided at a time.</summary>
    public Func<Call, Fault> Decide { get; set; } = _ => Fault.None;

    /// <summary>Decides what goes wrong with a reading call.</summary>
    public Func<Call, Fault> DecideRead { get; set; } = _ => Fault.None;

    /// <summary>Refuses a call that writes with a code and a sentence of AWS's; null lets it through.</summary>
    public Func<Call, (string Code, string Message)?> Refusing { get; set; } = _ => null;

    /// <summary>Changes an answer on its way back: for what the emulator cannot be made to say.</summary>
    internal Func<Call, Answer, Answer> Answering { get; set; } = (_, answer) => answer;

    /// <summary>Told of each writing call that has taken effect, before it is answered.</summary>
    public Action<Call> Done { get; set; } = _ => { };

    /// <summary>Told of each call before anything is done with it.</summary>
    public Func<Call, Task> Arriving { get; set; } = _ => Task.CompletedTask;

    /// <summary>The operations that wrote, in order.</summary>
    public List<string> Writes { get; } = [];

    /// <summary>True: no call gets through any more, as after a kill.</summary>
    public bool IsDead { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Dispose();
        await _serving;

        // What has reached the emulator is carried out to its end, as AWS would.
        await Task.WhenAll(_underWay.Keys);
        _moto.Dispose();
        _stopped.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync(_stopped.Token);
                var handling = HandleAsync(socket);
                _underWay[handling] = true;
                _ = handling.ContinueWith(done => _underWay.TryRemove(done, out bool _), TaskScheduler.Default);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task HandleAsync(Socket socket)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            var call = await Call.ReadAsync(stream, _stopped.Token);
            if (await AnswerAsync(call) is { } answer)
            {
                await WriteAsync(stream, answer);
            }
            else
            {
                // A reset, not an orderly end.
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException or IOException or HttpRequestException)
        {
            // The client went away, or the test is over.
        }
        finally
        {
            socket.Dispose();
        }
    }

    /// <returns>Null for none: the connection breaks.</returns>
    private async Task<Answer?> AnswerAsync(Call call)
    {
        await Arriving(call);
        if (call.Writes && Refusing(call) is { } refusal)
        {
            return StrictMoto.Error(call, HttpStatusCode.BadRequest, refusal.Code, refusal.Message);
        }

        switch (Judge(call))
        {
            case null or Fault.ResetBefore:
                return null;
            case Fault.ServerError:
                return StrictMoto.Error(call, HttpStatusCode.InternalServerError, "InternalError");
            case Fault.Throttled:
                return StrictMoto.Error(call, HttpStatusCode.ServiceUnavailable, "RequestLimitExceeded");
            case Fault.Denied:
                return StrictMoto.Error(call, HttpStatusCode.Forbidden, "UnauthorizedOperation");
            case var fault:
                var answer = Answering(call, await _moto.AnswerAsync(call));
                if (call.Writes && answer.Status == HttpStatusCode.OK)
                {
                    Done(call);
                }

                if (fault == Fault.TimeoutAfter)
                {
                    await Task.Delay(Timeout.Infinite, _stopped.Token);
                }

                return fault == Fault.ResetAfter ? null : answer;
        }
    }

    /// <returns>Null where nothing gets through any more.</returns>
    private Fault? Judge(Call call)
    {
        lock (_lock)
        {
            if (IsDead)
            {
                return null;
            }

            if (!call.Writes)
            {
                return DecideRead(call);
            }

            Writes.Add(call.Operation);
            return Decide(call);
        }
    }

    private static async Task WriteAsync(NetworkStream stream, Answer answer)
    {
        var bytes = Encoding.UTF8.GetBytes(answer.Body);
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"HTTP/1.1 {(int)answer.Status} X\r\nContent-Type: {answer.Type}\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n\r\n"
            )
        );
        await stream.WriteAsync(bytes);
    }
}
