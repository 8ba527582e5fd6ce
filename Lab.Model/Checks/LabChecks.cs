using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>Whether a definition can work on AWS: every rule that is known.</summary>
public static class LabChecks
{
    private static readonly LabCheck[] All =
    [
        new OverBudgetCheck(),
        new UnknownPriceCheck(),
        new OldPriceCheck(),
        new NatAlarmCheck(),
        new BudgetAlarmCheck(),
        new FreeTrialCheck(),
        new PaidInstanceCheck(),
        new BurstCreditCheck(),
        new VpcDhcpCheck(),
        new DomainRegionCheck(),
        new SingleDnsCheck(),
        new MixedDnsCheck(),
        new TimeServerCheck(),
        new ExistingTimeCheck(),
        new NoHomeCheck(),
        new WideHomeCheck(),
        new GhcrOverIpv6Check(),
        new GhcrMirrorCheck(),
        new AnonymousCachesCheck(),
        new SealedBastionCheck(),
        new BlackHoleCheck(),
        new PublicBastionCheck(),
        new NodeDiskCheck(),
        new NodeMemoryCheck(),
        new SmallControlPlaneCheck(),
        new MetadataTokensCheck(),
        new ArchitectureCheck(),
        new ArmImageCheck(),
        new TalosPlatformCheck(),
        new IpxeExpansionCheck(),
        new LatestTagCheck(),
        new UnpinnedImagesCheck(),
        new UnusedPinsCheck(),
        new MirrorDocumentsCheck(),
        new ClusterRegistryCheck(),
        new ClusterDiscoveryCheck(),
        new RehearsedIpv6Check(),
        new MirrorProjectCheck(),
        new TailscaleCheck(),
        new DailyCachesCheck(),
        new ScheduleDaysCheck(),
        new InterNodeCheck(),
        new RateRegionCheck(),
    ];

    /// <summary>What is wrong with a definition, worst first.</summary>
    /// <param name="lab">The definition.</param>
    /// <param name="date">The day of the deployment; it decides what is free.</param>
    public static IReadOnlyList<Finding> Run(LabDefinition lab, DateOnly date) => Run(All, lab, date);

    /// <summary>What of it is wrong at home as well as on AWS, worst first.</summary>
    /// <param name="lab">The definition.</param>
    /// <param name="date">The day of the deployment.</param>
    public static IReadOnlyList<Finding> RunForHome(LabDefinition lab, DateOnly date) => Run(All.Where(check => check.HoldsAtHome), lab, date);

    private static IReadOnlyList<Finding> Run(IEnumerable<LabCheck> checks, LabDefinition lab, DateOnly date) =>
        [.. checks.Select(check => check.Run(lab, date)).OfType<Finding>().OrderByDescending(finding => finding.Severity)];
}
