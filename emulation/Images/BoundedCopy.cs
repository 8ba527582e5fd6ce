using Lab.Model;

namespace Lab.Emulation.Images;

/// <summary>Copies a boot file out of what holds it: a file of a few kilobytes can hold one that fills the disk.</summary>
internal static class BoundedCopy
{
    private const long Largest = 2L << 30;

    /// <summary>Copies all that comes, and removes the target again where that is too much.</summary>
    /// <param name="data">Where it comes from.</param>
    /// <param name="target">The file to be.</param>
    /// <param name="what">What it is, for the message: a phrase that begins a sentence.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="LabException">It is larger than any kernel or initramfs.</exception>
    public static async Task RunAsync(Stream data, FileStream target, string what, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (await data.ReadAsync(buffer, cancellationToken) is > 0 and var length)
        {
            if (target.Length + length > Largest)
            {
                await target.DisposeAsync();
                File.Delete(target.Name);
                throw new LabException($"{what} is larger than {Largest >> 20} MiB, which no kernel or initramfs is.");
            }

            await target.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
        }
    }
}
