using System.Text.Json;

namespace Lab.BootServer.Data;

/// <summary>Reads <c>profiles/NAME.json</c>.</summary>
internal static class ProfileFile
{
    /// <exception cref="FormatException">The file is broken: what is wrong with it.</exception>
    public static Profile Parse(ReadOnlyMemory<byte> bytes)
    {
        using var document = GoJson.Parse(bytes);
        var profile = new Profile { Id = "" };
        foreach (var field in GoJson.Fields(document.RootElement, "a profile"))
        {
            profile = field switch
            {
                _ when field.IsNamed("id") => profile with { Id = Text(field, profile.Id) },
                _ when field.IsNamed("name") => profile with { Name = Text(field, profile.Name) },
                _ when field.IsNamed("ignition_id") => profile with { IgnitionId = Text(field, profile.IgnitionId) },
                _ when field.IsNamed("cloud_id") => profile with { CloudId = Text(field, profile.CloudId) },
                _ when field.IsNamed("generic_id") => profile with { GenericId = Text(field, profile.GenericId) },
                _ when field.IsNamed("boot") => profile with { Boot = Boot(field.Value, profile.Boot) },
                _ => profile,
            };
        }

        return profile.Id.Length > 0 ? profile : throw new FormatException("id is required");
    }

    private static string Text(JsonProperty field, string current) => GoJson.String(field.Value, field.Name, current);

    private static NetBoot? Boot(JsonElement value, NetBoot? current)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var boot = current ?? new NetBoot("", [], []);
        foreach (var field in GoJson.Fields(value, "boot"))
        {
            boot = field switch
            {
                _ when field.IsNamed("kernel") => boot with { Kernel = Text(field, boot.Kernel) },
                _ when field.IsNamed("initrd") => boot with { Initrd = GoJson.Strings(field.Value, "boot.initrd") },
                _ when field.IsNamed("args") => boot with { Args = GoJson.Strings(field.Value, "boot.args") },
                _ when field.IsNamed("disk") => boot with { IsDisk = GoJson.Bool(field.Value, "boot.disk", boot.IsDisk) },
                _ => boot,
            };
        }

        return boot;
    }
}
