namespace Lab.Model.Services;

/// <summary>The container images of the services, where <c>lab.yaml</c> names no others. All of them are published for arm64.</summary>
public static class ContainerImages
{
    /// <summary>The specification names <c>dnsmasq/dnsmasq</c>, which nobody maintains; this one is matchbox's companion.</summary>
    public const string Dnsmasq = "quay.io/poseidon/dnsmasq:v0.5.0-31-gdc1adc8";

    /// <summary>The boot server.</summary>
    public const string Matchbox = "quay.io/poseidon/matchbox:v0.11.0";

    /// <summary>CNCF Distribution, the registry cache.</summary>
    public const string Registry = "registry:2";

    /// <summary>Pi-hole 5.</summary>
    public const string PiHole = "pihole/pihole:2024.07.0";

    /// <summary>Nothing but Docker's compose plugin (https://github.com/docker/compose). Docker Hub answers over IPv6, GitHub's downloads do not.</summary>
    public const string ComposePlugin = "docker/compose-bin:v2.39.2";

    /// <summary>The AWS emulator under Aspire, for those who have a token for it.</summary>
    public const string LocalStack = "localstack/localstack-pro:4.14.0";
}
