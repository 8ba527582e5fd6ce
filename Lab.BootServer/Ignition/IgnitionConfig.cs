using System.Text;
using System.Text.Json;
using Lab.BootServer.Data;

namespace Lab.BootServer.Ignition;

/// <summary>Ignition configs as the original serves them: read, brought to spec 3.4.0 and written anew.</summary>
internal static class IgnitionConfig
{
    private const string Version = "3.4.0";
    private const int NewestMinor = 4;

    /// <summary>
    /// The config in spec 3.4.0, without line end. One that is no valid config of spec 3.0.0 to 3.4.0 becomes the empty config, whose
    /// version is "": the original answers so too.
    /// </summary>
    /// <param name="contents">The file.</param>
    /// <param name="problem">Why it is not valid.</param>
    public static byte[] Normalize(ReadOnlyMemory<byte> contents, out string? problem)
    {
        problem = null;
        try
        {
            using var document = GoJson.Parse(contents);
            var minor = MinorVersion(document.RootElement);
            return Encoding.UTF8.GetBytes(new IgnitionWriter(minor, Version).Write(document.RootElement));
        }
        catch (FormatException error)
        {
            problem = error.Message;
            using var empty = JsonDocument.Parse("{}");
            return Encoding.UTF8.GetBytes(new IgnitionWriter(NewestMinor, version: "").Write(empty.RootElement));
        }
    }

    private static int MinorVersion(JsonElement root)
    {
        var version = "";
        foreach (var field in GoJson.Fields(root, "a config").Where(field => field.IsNamed("ignition")))
        {
            foreach (var inner in GoJson.Fields(field.Value, "ignition").Where(inner => inner.IsNamed("version")))
            {
                version = GoJson.String(inner.Value, "ignition.version", version);
            }
        }

        return version is ['3', '.', >= '0' and <= '4', '.', '0'] ? version[2] - '0' : throw new FormatException($"unsupported config version \"{version}\"");
    }
}
