namespace Lab.Runtime.Lan;

/// <summary>What Lab knows of a real machine from run to run.</summary>
internal sealed record MachineRecord
{
    /// <summary>A machine of which nothing is known: it boots from the network.</summary>
    public static MachineRecord Unknown { get; } = new();

    /// <summary>True once Lab has sent it the boot script of its image: what answers there since may run from memory.</summary>
    public bool WasServed { get; init; }

    /// <summary>What shows that an operating system is on its disk; null while nothing does.</summary>
    public string? Installed { get; init; }

    /// <summary>True for a machine that is to boot from the network once all the same.</summary>
    public bool Reinstall { get; init; }

    /// <summary>True for a machine that is left to its disk when it asks for network boot.</summary>
    public bool IsLeftToDisk => Installed is not null && !Reinstall;

    /// <summary>Its API answers, as far as a connection can tell.</summary>
    /// <param name="evidence">What was seen.</param>
    public MachineRecord Answered(string evidence) => WasServed || Installed is not null ? this : this with { Installed = evidence };

    /// <summary>Somebody says that it is not installed; that it answers proves nothing any more.</summary>
    public MachineRecord NotInstalled() => Unknown with { WasServed = true };

    /// <summary>It was sent the boot script of its image.</summary>
    public MachineRecord Served() => this with { WasServed = true };

    /// <summary>It has begun the one boot from the network. Only a script that was sent may have been asked for again.</summary>
    public MachineRecord Booted() => this with { Reinstall = false };
}
