using Lab.Model.Services;

namespace Lab.BootServer.Telemetry;

/// <summary>Which stage of a boot a request belongs to.</summary>
internal static class BootStages
{
    public static BootRequestStage Of(string path, AssetRoles assets) =>
        path switch
        {
            "/boot.ipxe" or "/boot.ipxe.0" or "/ipxe" or "/grub" => BootRequestStage.Script,
            "/generic" or "/ignition" or "/cloud" => BootRequestStage.Config,
            "/metadata" => BootRequestStage.Metadata,
            _ when path.StartsWith("/assets/", StringComparison.Ordinal) => assets.Of(path),
            _ => BootRequestStage.Other,
        };
}
