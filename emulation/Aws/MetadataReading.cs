using Lab.Emulation.Images;
using Lab.Emulation.Machines;

namespace Lab.Emulation.Aws;

/// <summary>What a request for metadata says about a boot.</summary>
internal static class MetadataReading
{
    /// <summary>The source of these observations.</summary>
    public const string Source = "metadata";

    /// <summary>What a request says; null for most requests. iPXE gives up after the first refusal.</summary>
    public static Observation? Read(MetadataRequest request, Ec2Image image) =>
        !request.IsUserData || !image.HasIpxe
            ? null
            : new(BootStage.UserData, request.Status == 200 ? ObservationKind.Reached : ObservationKind.Failed, Source, request.ToString());
}
