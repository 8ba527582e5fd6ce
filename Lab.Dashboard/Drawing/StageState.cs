namespace Lab.Dashboard.Drawing;

/// <summary>What a boot has made of a stage.</summary>
public enum StageState
{
    /// <summary>Not yet.</summary>
    Ahead,

    /// <summary>The boot is on its way to it.</summary>
    Current,

    /// <summary>It was reached.</summary>
    Reached,

    /// <summary>The boot failed before it.</summary>
    Failed,

    /// <summary>The boot ended before it, and nothing failed: the machine was switched off, or has started another kernel.</summary>
    Left,
}
