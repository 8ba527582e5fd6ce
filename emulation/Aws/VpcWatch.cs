using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Runtime;

namespace Lab.Emulation.Aws;

/// <summary>
/// Follows a lab's VPC: tells of each change, and of nothing else. It looks soon after it was told that there may be one, and once a second:
/// an emulator is one thread of Python, and each look some ten questions.
/// </summary>
internal sealed class VpcWatch : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly JsonSerializerOptions Form = new() { IncludeFields = true, Converters = { new TextConverter() } };

    private readonly VpcReader _reader;
    private readonly Func<VpcState, CancellationToken, Task<bool>> _keep;
    private readonly Func<VpcState?, CancellationToken, Task> _changed;
    private readonly Action<string> _say;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _hurry = new(0);
    private readonly Task _watching;
    private volatile bool _mayHaveChanged;

    private VpcWatch(VpcReader reader, Func<VpcState, CancellationToken, Task<bool>> keep, Func<VpcState?, CancellationToken, Task> changed, Action<string> say)
    {
        (_reader, _keep, _changed, _say) = (reader, keep, changed, say);
        _watching = WatchAsync();
    }

    /// <summary>Begins to watch.</summary>
    /// <param name="reader">Reads the VPC; it stays the caller's.</param>
    /// <param name="keep">Does what the emulator leaves undone, at each look; true when it has changed something.</param>
    /// <param name="changed">Gets the state at first and after each change; null while there is no VPC. One call at a time.</param>
    /// <param name="say">Gets what goes wrong.</param>
    public static VpcWatch Start(
        VpcReader reader,
        Func<VpcState, CancellationToken, Task<bool>> keep,
        Func<VpcState?, CancellationToken, Task> changed,
        Action<string> say
    ) => new(reader, keep, changed, say);

    /// <summary>Looks soon: something may have changed.</summary>
    public void Note() => _mayHaveChanged = true;

    /// <summary>Looks at once instead of after the pause.</summary>
    public void Hurry() => _hurry.Release();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _hurry.Dispose();
        _stop.Dispose();
    }

    /// <summary>What tells two states apart.</summary>
    internal static string Fingerprint(VpcState? state) => JsonSerializer.Serialize(state, Form);

    private async Task WatchAsync()
    {
        await Task.Yield();
        string? last = null,
            trouble = null;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _mayHaveChanged = false;
                var state = await _reader.ReadAsync(_stop.Token);
                if (state is not null && await _keep(state, _stop.Token))
                {
                    state = await _reader.ReadAsync(_stop.Token);
                }

                if (Fingerprint(state) is var now && now != last)
                {
                    await _changed(state, _stop.Token);
                    last = now;
                }

                trouble = null;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
                when (e
                        is AmazonServiceException
                            or AmazonClientException
                            or HttpRequestException
                            or IOException
                            or SocketException
                            or OperationCanceledException
                            or Lab.Model.LabException
                )
            {
                // Said once: the emulator may be started anew, and the next look finds it.
                if (trouble != e.Message)
                {
                    _say(trouble = e.Message);
                }
            }

            await RestAsync();
        }
    }

    private async Task RestAsync()
    {
        var isOver = await IsHurriedAsync(ShortestPause);
        for (var rested = ShortestPause; !isOver && !_mayHaveChanged && rested < LongestPause; rested += Step)
        {
            isOver = await IsHurriedAsync(Step);
        }
    }

    private async Task<bool> IsHurriedAsync(TimeSpan pause)
    {
        try
        {
            return await _hurry.WaitAsync(pause, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    /// <summary>Addresses and networks as their texts; the serializer would walk through their parts.</summary>
    private sealed class TextConverter : JsonConverterFactory
    {
        public override bool CanConvert(Type type) => type == typeof(System.Net.IPAddress) || type == typeof(System.Net.IPNetwork);

        public override JsonConverter CreateConverter(Type type, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(Text<>).MakeGenericType(type))!;

        private sealed class Text<T> : JsonConverter<T>
        {
            public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => throw new NotSupportedException();

            public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value!.ToString());
        }
    }
}
