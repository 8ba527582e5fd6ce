using Lab.GoTemplates;

namespace Lab.BootServer.Http;

/// <summary>
/// Renders as many templates at once as leave one processor for other requests: more at once would end no sooner and take more memory.
/// </summary>
internal sealed class RenderGate : IDisposable
{
    private readonly SemaphoreSlim _free = new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <inheritdoc cref="Template.Render"/>
    public async ValueTask<string> RenderAsync(Template template, object? data, CancellationToken cancellationToken)
    {
        // Not cancelled where it is free: a client may have ended its side of the connection and still read.
        if (!_free.Wait(0, CancellationToken.None))
        {
            await _free.WaitAsync(cancellationToken);
        }

        try
        {
            return template.Render(data, cancellationToken);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();
}
