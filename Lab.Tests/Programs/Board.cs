using CliWrap;
using Lab.Emulation.Machines;

namespace Lab.Tests.Programs;

/// <summary>A machine on somebody's desk: Lab does not know it runs, and sees its questions only. The test reads its screen.</summary>
internal sealed class Board : IAsyncDisposable
{
    private readonly CancellationTokenSource _off = new();
    private readonly List<string> _screen = [];
    private readonly Task _running;

    /// <summary>Switches it on.</summary>
    /// <param name="qemu">The command, with its serial line as output.</param>
    public Board(Command qemu) =>
        _running = qemu.WithStandardOutputPipe(
                PipeTarget.ToDelegate(line =>
                {
                    lock (_screen)
                    {
                        _screen.Add(ConsoleReader.Plain(line));
                    }
                })
            )
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(_off.Token);

    /// <summary>What it has written.</summary>
    public string Screen
    {
        get
        {
            lock (_screen)
            {
                return string.Join('\n', _screen);
            }
        }
    }

    /// <summary>Waits until its screen shows a text.</summary>
    public async Task ShowsAsync(string text)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(3));
        while (!Screen.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(deadline.IsCancellationRequested || _running.IsCompleted, $"The screen does not show '{text}':\n{Screen}");
            await Task.Delay(50, CancellationToken.None);
        }
    }

    /// <summary>Pulls the plug.</summary>
    public async ValueTask DisposeAsync()
    {
        await _off.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        _off.Dispose();
    }
}
