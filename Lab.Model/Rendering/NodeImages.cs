namespace Lab.Model.Rendering;

/// <summary>Where the nodes' image comes from.</summary>
public static class NodeImages
{
    /// <summary>The account that publishes iPXE's images (https://ipxe.org/howto/ec2).</summary>
    public const string Publisher = "833372943033";

    /// <summary>The pattern of their names.</summary>
    public const string Names = "iPXE*";
}
