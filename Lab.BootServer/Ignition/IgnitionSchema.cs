using static Lab.BootServer.Ignition.Field;

namespace Lab.BootServer.Ignition;

/// <summary>
/// Ignition config spec 3.4 (https://coreos.github.io/ignition/configuration-v3_4/), its fields in the order of Ignition's own
/// serialiser.
/// </summary>
internal static class IgnitionSchema
{
    /// <summary>The one field that is written anew.</summary>
    public static readonly Field Version = Required("version");

    private static readonly Shape Verification = new(Text("hash"));

    private static readonly Shape Resource = new(
        Text("compression"),
        Objects("httpHeaders", new Shape(Required("name"), Text("value")), since: 1),
        Text("source"),
        Object("verification", Verification)
    );

    private static readonly Shape Ignition = new(
        Object("config", new Shape(Objects("merge", Resource), Object("replace", Resource))),
        Object("proxy", new Shape(Text("httpProxy"), Text("httpsProxy"), Texts("noProxy")), since: 1),
        Object("security", new Shape(Object("tls", new Shape(Objects("certificateAuthorities", Resource))))),
        Object("timeouts", new Shape(Number("httpResponseHeaders"), Number("httpTotal"))),
        Version
    );

    private static readonly Shape PasswdGroup = new(Number("gid"), Required("name"), Text("passwordHash"), Flag("shouldExist", since: 2), Flag("system"));

    private static readonly Shape PasswdUser = new(
        Text("gecos"),
        Texts("groups"),
        Text("homeDir"),
        Required("name"),
        Flag("noCreateHome"),
        Flag("noLogInit"),
        Flag("noUserGroup"),
        Text("passwordHash"),
        Text("primaryGroup"),
        Texts("sshAuthorizedKeys"),
        Text("shell"),
        Flag("shouldExist", since: 2),
        Flag("system"),
        Number("uid")
    );

    private static readonly Shape Owner = new(Number("id"), Text("name"));

    private static readonly Field[] Node = [Object("group", Owner), Flag("overwrite"), Required("path"), Object("user", Owner)];

    private static readonly Shape Partition = new(
        Text("guid"),
        Text("label"),
        new Field("number", ValueKind.Integer, Presence.IfNotEmpty),
        Flag("resize", since: 2),
        Flag("shouldExist"),
        Number("sizeMiB"),
        Number("startMiB"),
        Text("typeGuid"),
        Flag("wipePartitionEntry")
    );

    private static readonly Shape Filesystem = new(
        Required("device"),
        Text("format"),
        Text("label"),
        Texts("mountOptions", since: 1),
        Texts("options"),
        Text("path"),
        Text("uuid"),
        Flag("wipeFilesystem")
    );

    private static readonly Shape Clevis = new(
        Object("custom", new Shape(Text("config"), Flag("needsNetwork"), Text("pin"))),
        Objects("tang", new Shape(Text("advertisement", since: 4), Text("thumbprint"), new Field("url", ValueKind.String, Presence.IfNotEmpty))),
        Number("threshold"),
        Flag("tpm2")
    );

    private static readonly Shape Luks = new(
        Object("clevis", Clevis),
        Text("device"),
        Flag("discard", since: 4),
        Object("keyFile", Resource),
        Text("label"),
        Required("name"),
        Texts("openOptions", since: 4),
        Texts("options"),
        Text("uuid"),
        Flag("wipeVolume")
    );

    private static readonly Shape Raid = new(Texts("devices"), Text("level"), Required("name"), Texts("options"), Number("spares"));

    private static readonly Shape Storage = new(
        Objects("directories", new Shape([.. Node, Number("mode")])),
        Objects("disks", new Shape(Required("device"), Objects("partitions", Partition), Flag("wipeTable"))),
        Objects("files", new Shape([.. Node, Objects("append", Resource), Object("contents", Resource), Number("mode")])),
        Objects("filesystems", Filesystem),
        Objects("links", new Shape([.. Node, Flag("hard"), Text("target")])),
        Objects("luks", Luks, since: 2),
        Objects("raid", Raid)
    );

    private static readonly Shape Unit = new(
        Text("contents"),
        Objects("dropins", new Shape(Text("contents"), Required("name"))),
        Flag("enabled"),
        Flag("mask"),
        Required("name")
    );

    /// <summary>A whole config.</summary>
    public static readonly Shape Config = new(
        Object("ignition", Ignition),
        Object("kernelArguments", new Shape(Texts("shouldExist"), Texts("shouldNotExist")), since: 3),
        Object("passwd", new Shape(Objects("groups", PasswdGroup), Objects("users", PasswdUser))),
        Object("storage", Storage),
        Object("systemd", new Shape(Objects("units", Unit)))
    );
}
