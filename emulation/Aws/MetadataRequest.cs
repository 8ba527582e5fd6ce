namespace Lab.Emulation.Aws;

/// <summary>A request that instance metadata has answered.</summary>
/// <param name="InstanceId">Who asked.</param>
/// <param name="Method">How.</param>
/// <param name="Path">For what.</param>
/// <param name="Status">The answer.</param>
/// <param name="HadToken">True when a session token came with it.</param>
public sealed record MetadataRequest(string InstanceId, string Method, string Path, int Status, bool HadToken)
{
    /// <summary>True for a request for user data.</summary>
    public bool IsUserData => Path.EndsWith("/user-data", StringComparison.Ordinal);

    /// <summary>For logs: <c>GET /latest/user-data -> 401, without a token</c>.</summary>
    public override string ToString() => $"{Method} {Path} -> {Status}{(HadToken ? "" : ", without a token")}";
}
