using Lab.Emulation.Images;
using Lab.Emulation.Machines;

namespace Lab.Emulation.Aws;

/// <summary>What a request for metadata says about a boot.</summary>
internal static class MetadataReading
{
    /// <summary>The source of these observations.</summary>
    public const string Source = "metadata";

    private const int Ok = 200;
    private const int NotFound = 404;

    /// <summary>
    /// What a request says; null for most requests. iPXE gives up after the first refusal. A Talos without user data goes into maintenance
    /// mode, and asks again after any other refusal.
    /// </summary>
    public static Observation? Read(MetadataRequest request, Ec2Image image) =>
        !request.IsUserData ? null
        : image.HasIpxe ? new(BootStage.UserData, request.Status == Ok ? ObservationKind.Reached : ObservationKind.Failed, Source, request.ToString())
        : image.HasTalos
            ? new(BootStage.UserData, request.Status is Ok or NotFound ? ObservationKind.Reached : ObservationKind.Trouble, Source, request.ToString())
        : null;
}
