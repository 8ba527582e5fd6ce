namespace LabCli.Terminal.FullScreen;

/// <summary>A piece of a line in one look.</summary>
internal readonly record struct Span(string Text, Look Look = Look.Plain);

/// <summary>How text looks; never the only sign of what it means.</summary>
internal enum Look
{
    /// <summary>As the terminal has it.</summary>
    Plain,

    /// <summary>What matters less.</summary>
    Quiet,

    /// <summary>A heading.</summary>
    Strong,

    /// <summary>Ready, healthy.</summary>
    Good,

    /// <summary>Going on.</summary>
    Busy,

    /// <summary>Failed.</summary>
    Bad,

    /// <summary>The firmware works.</summary>
    Firmware,

    /// <summary>The network boot program works.</summary>
    Netboot,

    /// <summary>Kernel and initramfs are downloaded.</summary>
    Download,

    /// <summary>Linux works.</summary>
    Linux,

    /// <summary>The node's own services work.</summary>
    Serving,
}
