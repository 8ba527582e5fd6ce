namespace Lab.Model.Rendering;

/// <summary>Where things are on the bastion; the specification's places.</summary>
public static class BastionPaths
{
    /// <summary>The compose file and what belongs to it.</summary>
    public const string Setup = "/opt/bastion-setup";

    /// <summary>The boot server's data directory.</summary>
    public const string Matchbox = "/opt/matchbox";

    /// <summary>The compose file.</summary>
    public const string Compose = $"{Setup}/docker-compose.yml";

    /// <summary>Holds Pi-hole's password, made on the bastion, readable by root only.</summary>
    public const string PiHoleEnvironment = $"{Setup}/pihole.env";

    /// <summary>Fetches the kernel and initramfs.</summary>
    public const string ExtractScript = $"{Setup}/extract-talos-assets.sh";

    /// <summary>Takes the bastion's static address.</summary>
    public const string AddressScript = $"{Setup}/attach-address.sh";
}
