using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Registries;

namespace Lab.Emulation.Images;

/// <summary>What the nodes boot: what the option <c>--image</c> says, else what the definition does.</summary>
/// <param name="option">The option's value, which holds for all nodes; null when it is not given.</param>
/// <param name="lab">Says where registries answer, and what is booted without the option.</param>
/// <param name="tools">Parts of the stand-in.</param>
/// <param name="folders">Where fetched images are kept.</param>
/// <param name="say">Gets the progress.</param>
public sealed class ImageChoice(string? option, LabDefinition lab, HostTools tools, LabFolders folders, Action<string> say)
{
    /// <summary>The word for the stand-in.</summary>
    public const string StandIn = "stand-in";

    /// <summary>Starts the lab's cache of a registry, that is then asked instead of the registry; null for none.</summary>
    public Func<MirrorDefinition, Task<PullCache>>? OpenCache { get; init; }

    /// <summary>What is booted, as the user has said it.</summary>
    /// <param name="option">The option's value; null when it is not given.</param>
    /// <param name="lab">What is booted without the option.</param>
    public static string Describe(string? option, LabDefinition lab) =>
        option ?? string.Join(", ", lab.Nodes.Select(node => Describe(lab.MachineOf(node).Image)).DefaultIfEmpty(StandIn).Distinct());

    /// <summary>What instances boot: for each image that the bastion serves on AWS, that of the nodes which boot it there.</summary>
    /// <param name="cancellationToken">Stops fetching; what was fetched is kept.</param>
    /// <exception cref="LabException">One is none, or cannot be had.</exception>
    public async Task<InstanceImages> GetForInstancesAsync(CancellationToken cancellationToken)
    {
        var found = new Dictionary<(string, Architecture), NodeImage>();
        var byBoot = new Dictionary<(string, Architecture), NodeImage>();
        foreach (var boot in InstanceBoot.Of(lab))
        {
            var node = lab.Nodes.FirstOrDefault(node => boot.Boots(lab.MachineOf(node).Launch));
            var image = node is null ? lab.ImageOfAll() : lab.MachineOf(node).Image;
            byBoot[boot.Key] = await GetOnceAsync(found, image, boot.Image.Architecture, cancellationToken);
        }

        return new(lab, byBoot);
    }

    /// <summary>The images of all nodes. One that several nodes boot is there once.</summary>
    /// <param name="cancellationToken">Stops fetching; what was fetched is kept.</param>
    /// <exception cref="LabException">One is none, or cannot be had.</exception>
    public async Task<LabImages> GetAllAsync(CancellationToken cancellationToken)
    {
        var found = new Dictionary<(string, Architecture), NodeImage>();
        var byNode = new Dictionary<NodeDefinition, NodeImage>();
        foreach (var node in lab.Nodes)
        {
            var machine = lab.MachineOf(node);
            byNode[node] = await GetOnceAsync(found, machine.Image, machine.Architecture, cancellationToken);
        }

        return LabImages.Of(lab, node => byNode[node]);
    }

    /// <summary>True when a node boots the stand-in.</summary>
    /// <param name="option">The option's value; null when it is not given.</param>
    /// <param name="lab">What is booted without the option.</param>
    public static bool NeedsStandIn(string? option, LabDefinition lab) =>
        option is null ? lab.Nodes.Any(node => Describe(lab.MachineOf(node).Image) == StandIn) : option == StandIn;

    private static string Describe(ImageDefinition? image) => image?.From?.Text ?? image?.Kernel ?? StandIn;

    /// <summary>What is the same for images that are the same.</summary>
    private static string Key(ImageDefinition? image) =>
        image is { From: null } files ? string.Join('\n', [files.Kernel ?? "", files.Initrd ?? "", $"{files.Ready}", .. files.Arguments]) : Describe(image);

    private async Task<NodeImage> GetOnceAsync(
        Dictionary<(string, Architecture), NodeImage> found,
        ImageDefinition? image,
        Architecture architecture,
        CancellationToken cancellationToken
    )
    {
        var key = (Key(image), architecture);
        return found.TryGetValue(key, out var known) ? known : found[key] = await GetAsync(image, architecture, cancellationToken);
    }

    private async Task<NodeImage> GetAsync(ImageDefinition? image, Architecture architecture, CancellationToken cancellationToken) =>
        await FindAsync(image, architecture, cancellationToken) with
        {
            Source = option ?? Describe(image),
        };

    /// <summary>
    /// The stand-in by its name or where nothing is named, files of the definition, a folder, a release of Talos, or an image of a registry.
    /// </summary>
    private Task<NodeImage> FindAsync(ImageDefinition? image, Architecture architecture, CancellationToken cancellationToken)
    {
        var name = option ?? image?.From?.Text;
        return option is null && image is { From: null } ? SystemImage.GetAsync(image, architecture, new(folders, architecture), cancellationToken)
            : name is null or StandIn ? Task.FromResult(StandInImage.Get(tools, folders, architecture))
            : Directory.Exists(name) ? new ImageFolders(folders, architecture).OpenUserFolderAsync(name, cancellationToken)
            : TalosRelease.IsVersion(name) ? new TalosRelease(name, architecture, folders, say).GetAsync(cancellationToken)
            : ImageReference.TryParse(name) is { } reference ? new TalosImage(reference, architecture, lab, folders, say, OpenCache).GetAsync(cancellationToken)
            : throw new LabException(
                $"{(option is null ? "image" : "--image")}: there is no folder {name}, and it is neither a Talos release like v1.11.2 nor an image with its registry like ghcr.io/owner/name:tag."
            );
    }
}
