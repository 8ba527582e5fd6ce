using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Emulation.Images;

/// <summary>Where boot files come from, for messages about them, and what they have to be for.</summary>
/// <param name="Option">What the user named them with: <c>--image</c>.</param>
/// <param name="Name">The folder, image or release.</param>
/// <param name="Architecture">The architecture of the machines that boot them.</param>
internal sealed record ImageSource(string Option, string Name, Architecture Architecture)
{
    /// <summary>What is wrong with one of its files.</summary>
    /// <param name="what">kernel or initramfs.</param>
    /// <param name="path">The file.</param>
    /// <param name="problem">The rest of the sentence, without its full stop.</param>
    /// <param name="inner">What was the reason.</param>
    public LabException Error(string what, string path, string problem, Exception? inner = null) =>
        new($"{Option}: the {what} {Path.GetFileName(path)} of {Name} {problem}.", inner: inner);
}
