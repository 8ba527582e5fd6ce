namespace Lab.Model.Definition;

/// <summary>
/// The forms of texts in <c>lab.yaml</c>, as regular expressions without anchors that .NET and ECMAScript read alike. Rules and the
/// schema both take them from here.
/// </summary>
internal static class TextForms
{
    /// <summary>The name of a lab or a node.</summary>
    public const string Name = "[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?";

    public const string Region = "(?=.{1,30}$)[a-z]{2}(-[a-z]+)+-[0-9]";

    public const string Zone = "(?=.{1,31}$)[a-z]{2}(-[a-z]+)+-[0-9][a-z]";

    public const string DomainName = @"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*";

    /// <summary>A registry as image references name it.</summary>
    public const string Registry = @"(?=.{1,253}$)([a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?|\*)";

    /// <summary>Loose, for the engine knows better: it keeps out what would be an option, or several words.</summary>
    public const string Image = "[A-Za-z0-9][A-Za-z0-9_.:/@-]{0,511}";

    /// <summary>What the kernel takes, and no shell and no iPXE takes for more: arguments go through the scripts of both.</summary>
    public const string KernelArgument = @"(?=.{1,1024}$)[A-Za-z0-9]([!#%&(-:=?-\[\]^_a-z{}~]|\$\{[A-Za-z0-9:./-]+\})*";

    /// <summary>What follows <c>console=</c> on Linux's command line: a device, or a driver and its address, and the speed.</summary>
    public const string Console = "[A-Za-z][A-Za-z0-9]{0,31}(,[A-Za-z0-9]{1,20}){0,3}";

    /// <summary>The name of a network interface (Linux allows 15 letters), without what a configuration file or a shell could take for more.</summary>
    public const string Interface = "[A-Za-z0-9][A-Za-z0-9._-]{0,14}";

    /// <summary>A path of this machine.</summary>
    public const string FilePath = @"[^\x00-\x1f\x7f]{1,4096}";

    /// <summary>An argument of a command of this machine, or a script of a shell.</summary>
    public const string CommandArgument = @"[^\x00]{1,4096}";

    /// <summary>The name of an Auto Scaling group.</summary>
    public const string Group = "[A-Za-z0-9][A-Za-z0-9._-]{0,124}";

    public const string LaunchTemplate = "[A-Za-z0-9][A-Za-z0-9._-]{2,124}";

    public const string InstanceType = @"[a-z][a-z0-9-]{0,31}\.[a-z0-9-]{1,31}";

    public const string Device = "/dev/[a-z][a-z0-9]{1,14}";

    /// <summary>A release of Talos, or a minor version.</summary>
    public const string TalosRelease = @"v[0-9]{1,3}\.[0-9]{1,3}(\.[0-9]{1,3}(-(alpha|beta|rc)\.[0-9]{1,3})?)?";

    public const string KubernetesVersion = @"1\.[0-9]{1,3}\.[0-9]{1,3}(-(alpha|beta|rc)\.[0-9]{1,3})?";

    /// <summary>An id of AWS, or the value of a tag. AWS lets a tag hold spaces and slashes too; what does is named by its id.</summary>
    public const string TagValue = "[A-Za-z0-9][A-Za-z0-9+=._:@-]{0,254}";

    public const string Email = @"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,251}\.[A-Za-z0-9-]{2,63}";

    public const string Address = $@"{Octet}(\.{Octet}){{3}}";

    public const string Network = $@"{Address}/(3[0-2]|[12]?[0-9])";

    private const string Octet = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
}
