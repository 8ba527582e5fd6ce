using System.Net.Sockets;
using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;
using Lab.Model.Resources;
using Part = Lab.Model.Resources.LabResource;

namespace Lab.Hosting;

/// <summary>A part of a lab. It is data only; the lab itself is run by <see cref="LabResource"/>.</summary>
/// <param name="name">Name in the application.</param>
/// <param name="lab">The lab.</param>
/// <param name="definition">The part.</param>
public abstract partial class LabComponentResource(string name, LabResource lab, Part definition) : Resource(name), IResourceWithWaitSupport
{
    /// <summary>The lab that it belongs to.</summary>
    public LabResource Lab => lab;

    /// <summary>The part, with its name in the lab.</summary>
    public Part Definition => definition;

    /// <summary>What Aspire's dashboard shows as the resource's type.</summary>
    public abstract string Type { get; }

    /// <summary>Completes when the lab may start the part: its <see cref="BeforeResourceStartedEvent"/> has returned, and somebody has asked for an explicit start.</summary>
    internal TaskCompletionSource MayStart { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when somebody has asked for a part that is started on request only.</summary>
    internal TaskCompletionSource AskedFor { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True while it is not started because nobody has asked for it.</summary>
    internal bool IsAwaited => !AskedFor.Task.IsCompleted && Annotations.OfType<ExplicitStartupAnnotation>().Any();

    /// <summary>The resource of a part.</summary>
    internal static LabComponentResource Of(LabResource lab, Part definition)
    {
        var name = $"{lab.Prefix}{ModelName(definition.Name)}";
        return definition.Kind switch
        {
            ResourceKind.Network => new LabNetworkResource(name, lab, definition),
            ResourceKind.Service => new BastionServiceResource(name, lab, definition),
            ResourceKind.Cache => new RegistryCacheResource(name, lab, definition),
            ResourceKind.Emulator => new AwsEmulatorResource(name, lab, definition),
            ResourceKind.Node => new LabNodeResource(name, lab, definition),
            _ => throw new ArgumentOutOfRangeException(nameof(definition), definition.Kind, null),
        };
    }

    /// <summary>
    /// The name in Aspire, which allows letters, digits and single hyphens, and a letter at the beginning:
    /// <c>registry-docker-io</c> for <c>registry-docker.io</c>.
    /// </summary>
    internal static string ModelName(string name)
    {
        var plain = OtherThanLettersAndDigits().Replace(name, "-").Trim('-');
        return char.IsAsciiLetter(plain[0]) ? plain : $"lab-{plain}";
    }

    /// <summary>An endpoint on this machine's loopback, which the lab opens when the part runs.</summary>
    private protected EndpointReference AddEndpoint(IResourceWithEndpoints owner, string endpoint, string scheme)
    {
        Annotations.Add(new EndpointAnnotation(ProtocolType.Tcp, uriScheme: scheme, name: endpoint, isProxied: false));
        return new EndpointReference(owner, endpoint);
    }

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex OtherThanLettersAndDigits();
}
