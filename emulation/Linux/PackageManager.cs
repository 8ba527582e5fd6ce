namespace Lab.Emulation.Linux;

/// <summary>How a distribution installs programs, and what it calls Debian's packages of them.</summary>
/// <param name="Command">The command, to be followed by packages.</param>
/// <param name="Names">Other names than Debian's.</param>
internal sealed record PackageManager(string Command, IReadOnlyDictionary<string, string> Names)
{
    private const string OsRelease = "/etc/os-release";

    private static readonly PackageManager Apt = new("apt-get install --no-install-recommends", new Dictionary<string, string>());

    private static readonly PackageManager Dnf = new(
        "dnf install",
        new Dictionary<string, string>
        {
            ["qemu-system-arm"] = "qemu-system-aarch64",
            ["dnsmasq-base"] = "dnsmasq",
            ["iproute2"] = "iproute",
        }
    );

    private static readonly PackageManager Pacman = new(
        "pacman -S",
        new Dictionary<string, string> { ["qemu-system-arm"] = "qemu-system-aarch64", ["dnsmasq-base"] = "dnsmasq" }
    );

    private static readonly PackageManager Apk = new(
        "apk add",
        new Dictionary<string, string>
        {
            ["qemu-system-arm"] = "qemu-system-aarch64",
            ["qemu-system-x86"] = "qemu-system-x86_64",
            ["dnsmasq-base"] = "dnsmasq",
            ["util-linux"] = "setpriv",
        }
    );

    private static readonly PackageManager Zypper = new(
        "zypper install",
        new Dictionary<string, string>
        {
            ["qemu-system-arm"] = "qemu-arm",
            ["qemu-system-x86"] = "qemu-x86",
            ["dnsmasq-base"] = "dnsmasq",
        }
    );

    private static readonly PackageManager Nix = new(
        "nix-shell -p",
        new Dictionary<string, string>
        {
            ["qemu-system-arm"] = "qemu",
            ["qemu-system-x86"] = "qemu",
            ["dnsmasq-base"] = "dnsmasq",
        }
    );

    /// <summary>That of this machine.</summary>
    public static PackageManager OfHost { get; } = Of(File.Exists(OsRelease) ? File.ReadAllLines(OsRelease) : []);

    /// <summary>That of a distribution; Debian's for one that is not known.</summary>
    /// <param name="osRelease">Lines of os-release(5).</param>
    public static PackageManager Of(IEnumerable<string> osRelease)
    {
        var ids = osRelease
            .Select(line => line.Split('=', 2))
            .Where(pair => pair is ["ID" or "ID_LIKE", _])
            .OrderBy(pair => pair[0], StringComparer.Ordinal)
            .SelectMany(pair => pair[1].Trim('"', '\'').Split(' '));
        return ids.Select(Find).FirstOrDefault(found => found is not null) ?? Apt;
    }

    /// <summary>The command that installs a package.</summary>
    /// <param name="package">Debian's name of it.</param>
    public string Install(string package) => $"{Command} {Names.GetValueOrDefault(package, package)}";

    private static PackageManager? Find(string id) =>
        id switch
        {
            "debian" or "ubuntu" => Apt,
            "fedora" or "rhel" or "centos" or "amzn" => Dnf,
            "arch" => Pacman,
            "alpine" => Apk,
            "suse" or "opensuse" or "opensuse-tumbleweed" or "opensuse-leap" => Zypper,
            "nixos" => Nix,
            _ => null,
        };
}
