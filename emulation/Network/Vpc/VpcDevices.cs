namespace Lab.Emulation.Network.Vpc;

/// <summary>Names of the router's devices; Linux takes 15 characters, of which a plug's other end needs one.</summary>
internal static class VpcDevices
{
    /// <summary>Where packets go that no route takes: the filter counts and drops them.</summary>
    public const string Nowhere = "nowhere";

    /// <summary>The end of an id that tells it from others.</summary>
    private const int IdLength = 13;

    /// <summary>The link of an interface or a gateway: <c>eni-0123456789abcdef0</c> is at <c>e456789abcdef0</c>.</summary>
    public static string Of(string id)
    {
        var end = id[(id.IndexOf('-') + 1)..];
        return $"{id[0]}{(end.Length > IdLength ? end[^IdLength..] : end)}";
    }
}
