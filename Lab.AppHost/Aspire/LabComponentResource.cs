using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;
using Lab.Model.Resources;

namespace Lab.AppHost.AspireHost;

/// <summary>A part of the lab as an Aspire resource. It is data only; the lab itself runs as in the embedded host.</summary>
/// <param name="definition">The part.</param>
public abstract partial class LabComponentResource(LabResource definition) : Resource(ModelName(definition.Name)), IResourceWithWaitSupport
{
    /// <summary>The part.</summary>
    public LabResource Definition => definition;

    /// <summary>What Aspire's dashboard shows as the resource's type.</summary>
    public abstract string Type { get; }

    /// <summary>The resource of a part.</summary>
    public static LabComponentResource Of(LabResource definition) => definition.Kind switch
    {
        ResourceKind.Network => new LabNetworkResource(definition),
        ResourceKind.Service => new BastionServiceResource(definition),
        ResourceKind.Cache => new RegistryCacheResource(definition),
        ResourceKind.Emulator => new AwsEmulatorResource(definition),
        ResourceKind.Node => new QemuNodeResource(definition),
        _ => throw new ArgumentOutOfRangeException(nameof(definition), definition.Kind, null),
    };

    /// <summary>
    /// The name in Aspire, which allows letters, digits and single hyphens, and a letter at the beginning:
    /// <c>registry-docker-io</c> for <c>registry-docker.io</c>.
    /// </summary>
    public static string ModelName(string name)
    {
        var plain = OtherThanLettersAndDigits().Replace(name, "-").Trim('-');
        return char.IsAsciiLetter(plain[0]) ? plain : $"lab-{plain}";
    }

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex OtherThanLettersAndDigits();
}

/// <summary>The lab's network on this machine.</summary>
public sealed class LabNetworkResource(LabResource definition) : LabComponentResource(definition)
{
    /// <inheritdoc />
    public override string Type => "Network";
}

/// <summary>A service of the bastion: dnsmasq, the boot server, the name server.</summary>
public sealed class BastionServiceResource(LabResource definition) : LabComponentResource(definition)
{
    /// <inheritdoc />
    public override string Type => "BastionService";
}

/// <summary>A registry cache of the bastion.</summary>
public sealed class RegistryCacheResource(LabResource definition) : LabComponentResource(definition)
{
    /// <inheritdoc />
    public override string Type => "RegistryCache";
}

/// <summary>The AWS emulator as the lab runs it: moto.</summary>
public sealed class AwsEmulatorResource(LabResource definition) : LabComponentResource(definition)
{
    /// <inheritdoc />
    public override string Type => "AwsEmulator";
}

/// <summary>A node: a QEMU virtual machine that boots from the network.</summary>
public sealed class QemuNodeResource(LabResource definition) : LabComponentResource(definition)
{
    /// <inheritdoc />
    public override string Type => "QemuVm";
}
