using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Model.Services;

namespace Lab.Runtime.Cluster;

/// <summary>
/// The files of a cluster: the secrets, made once and kept, and what talosctl makes of them each time: a machine configuration for each
/// node, and talosconfig. All of it is readable by its user only.
/// </summary>
public sealed class ClusterFiles
{
    private readonly LabFolder _folder;

    private ClusterFiles(LabFolder folder, ClusterPki pki) => (_folder, Pki) = (folder, pki);

    /// <summary>The cluster's authorities.</summary>
    public ClusterPki Pki { get; }

    /// <summary>Where talosctl finds how to reach the nodes.</summary>
    public string TalosConfig => _folder.TalosConfig;

    /// <summary>Where kubectl finds the cluster.</summary>
    public string KubeConfig => _folder.KubeConfig;

    /// <summary>The machine configuration of a node.</summary>
    public string ConfigurationOf(ClusterNode node) => ConfigurationIn(Configurations(_folder), node);

    /// <summary>The secrets that Lab keeps for a lab.</summary>
    public static string SecretsOf(LabFolder folder) => Path.Combine(folder.Cluster, "secrets.yaml");

    /// <summary>Makes what there is to make. An interruption leaves the files of before, or all new ones.</summary>
    /// <param name="lab">The lab, with a cluster.</param>
    /// <param name="plan">What its cluster is to be.</param>
    /// <param name="folder">Where its files are.</param>
    /// <param name="talosctl">Makes and validates the configurations.</param>
    /// <param name="sent">Machine configurations of the user's that nodes fetch when they boot.</param>
    /// <param name="cancellationToken">Stops the making.</param>
    /// <exception cref="LabException">A file of the user's contradicts another, or talosctl refuses something.</exception>
    public static async Task<ClusterFiles> MakeAsync(
        LabDefinition lab,
        ClusterPlan plan,
        LabFolder folder,
        Talosctl talosctl,
        IReadOnlyDictionary<string, string> sent,
        CancellationToken cancellationToken
    )
    {
        plan.Definition.Patches.Select(patch => patch.File).ToList().ForEach(ClusterPatchFile.Check);
        await talosctl.RequireVersionAsync(plan.Definition.Talos, cancellationToken);
        PrivateFolder.Create(folder.Root);
        PrivateFolder.Create(folder.Cluster);
        using var held = Hold(folder);
        var secrets = await SecretsAsync(plan, folder, talosctl, cancellationToken);
        var pki = ClusterPki.OfSecrets(secrets);
        pki.RequireOnly(lab, sent);
        RequireSame(plan, folder, pki);

        var fresh = Path.Combine(folder.Cluster, "configurations.new");
        Remove(fresh);
        PrivateFolder.Create(fresh);
        foreach (var node in plan.Nodes)
        {
            await MakeConfigurationAsync(lab, plan, node, secrets, fresh, talosctl, cancellationToken);
            await RequireConfigurationAsync(plan, ConfigurationIn(fresh, node), pki, talosctl, cancellationToken);
        }

        await PublishTalosConfigAsync(plan, fresh, folder, talosctl, cancellationToken);
        Remove(Configurations(folder));
        Directory.Move(fresh, Configurations(folder));
        return new(folder, pki);
    }

    /// <summary>The files that an earlier run has made.</summary>
    /// <exception cref="LabException">None has.</exception>
    public static ClusterFiles Existing(ClusterPlan plan, LabFolder folder)
    {
        var secrets = plan.Definition.Secrets ?? SecretsOf(folder);
        if (!File.Exists(folder.TalosConfig) || !File.Exists(secrets))
        {
            throw new LabException($"Lab {folder.Name} has made no cluster yet. Make it with: {plan.CommandLine("up")}");
        }

        var pki = ClusterPki.OfSecrets(secrets);
        RequireSame(plan, folder, pki);
        return new(folder, pki);
    }

    /// <summary>Removes all of it but secrets that the user has named.</summary>
    /// <returns>What was removed.</returns>
    public static IReadOnlyList<string> Forget(LabFolder folder)
    {
        List<string> removed = [.. new[] { folder.KubeConfig, folder.TalosConfig }.Where(File.Exists)];
        removed.ForEach(File.Delete);
        if (Directory.Exists(folder.Cluster))
        {
            removed.Add(folder.Cluster);
            Directory.Delete(folder.Cluster, recursive: true);
        }

        return removed;
    }

    /// <summary>Two programs that make the files at once would each overwrite the other's.</summary>
    private static FileStream Hold(LabFolder folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder.Cluster, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new LabException($"Another program makes the cluster of lab {folder.Name} at this moment. Try again when it has ended.", inner: e);
        }
    }

    private static string Configurations(LabFolder folder) => Path.Combine(folder.Cluster, "configurations");

    private static string ConfigurationIn(string folder, ClusterNode node) =>
        Path.Combine(folder, node.Name, node.IsControlPlane ? "controlplane.yaml" : "worker.yaml");

    private static async Task<string> SecretsAsync(ClusterPlan plan, LabFolder folder, Talosctl talosctl, CancellationToken cancellationToken)
    {
        if (plan.Definition.Secrets is { } named)
        {
            return File.Exists(named)
                ? named
                : throw new LabException($"cluster.secrets: there is no file {named}. Make it, once: talosctl gen secrets -o {named}");
        }

        var kept = SecretsOf(folder);
        if (File.Exists(kept))
        {
            return kept;
        }

        if (File.Exists(folder.TalosConfig) || Directory.Exists(Configurations(folder)))
        {
            throw new LabException(
                $"{kept} is gone, and with it what the cluster's certificates were made from; new secrets would lock you out of its nodes. Put it back from a copy, or give the cluster up: {plan.CommandLine("destroy")}"
            );
        }

        var fresh = $"{kept}.new";
        File.Delete(fresh);
        await talosctl.MakeAsync(["gen", "secrets", "-o", fresh, "--talos-version", plan.Definition.Talos.Text], cancellationToken);
        SecretFile.Restrict(fresh);
        ClusterPki.OfSecrets(fresh);
        File.Move(fresh, kept, overwrite: false);
        return kept;
    }

    private static void RequireSame(ClusterPlan plan, LabFolder folder, ClusterPki pki)
    {
        if (File.Exists(folder.TalosConfig) && ClusterPki.OfTalosConfig(folder.TalosConfig) is { } known && !known.Matches(pki))
        {
            throw new LabException(
                $"{folder.TalosConfig} belongs to another cluster than the secrets: its certificate authority is {known.Fingerprint}, theirs {pki.Fingerprint}. Use the secrets that it was made from (cluster: {{ secrets: FILE }}), or give that cluster up: {plan.CommandLine("destroy")}"
            );
        }
    }

    private static async Task MakeConfigurationAsync(
        LabDefinition lab,
        ClusterPlan plan,
        ClusterNode node,
        string secrets,
        string folder,
        Talosctl talosctl,
        CancellationToken cancellationToken
    )
    {
        List<string> patches = [];
        foreach (var (name, text) in ClusterPatches.Of(lab, plan, node))
        {
            var patch = Path.Combine(folder, $"{node.Name}.{name}.yaml");
            await using var file = SecretFile.Create(patch);
            await using var writer = new StreamWriter(file);
            await writer.WriteAsync(text);
            patches.Add(patch);
        }

        await talosctl.MakeAsync(
            [
                "gen",
                "config",
                plan.Name,
                plan.Endpoint.GetLeftPart(UriPartial.Authority),
                "--with-secrets",
                secrets,
                .. patches.Concat(node.Patches).SelectMany(file => new[] { "--config-patch", $"@{file}" }),
                "--install-disk",
                node.InstallDisk,
                "--install-image",
                node.InstallImage,
                "--talos-version",
                plan.Definition.Talos.Text,
                .. plan.Definition.Kubernetes is { } kubernetes ? new[] { "--kubernetes-version", kubernetes } : [],
                "-o",
                Path.Combine(folder, node.Name),
            ],
            cancellationToken
        );
        foreach (var file in Directory.GetFiles(Path.Combine(folder, node.Name)))
        {
            SecretFile.Restrict(file);
        }
    }

    private static async Task RequireConfigurationAsync(ClusterPlan plan, string file, ClusterPki pki, Talosctl talosctl, CancellationToken cancellationToken)
    {
        if (ClusterPki.OfConfiguration(await File.ReadAllTextAsync(file, cancellationToken), file) is not { } made || !made.Matches(pki))
        {
            throw new LabException(
                $"talosctl gen config has made {file} with another certificate authority than the secrets have. A patch must not change it."
            );
        }

        await talosctl.MakeAsync(["validate", "--mode", plan.ValidationMode, "-c", file], cancellationToken);
    }

    private static async Task PublishTalosConfigAsync(ClusterPlan plan, string folder, LabFolder lab, Talosctl talosctl, CancellationToken cancellationToken)
    {
        var made = Path.Combine(folder, plan.Nodes[0].Name, "talosconfig");
        var addresses = plan.ControlPlanes.Select(node => $"{node.Address}").ToList();
        await talosctl.MakeAsync(["config", "endpoint", .. addresses, "--talosconfig", made], cancellationToken);
        await talosctl.MakeAsync(["config", "node", addresses[0], "--talosconfig", made], cancellationToken);
        SecretFile.Restrict(made);
        File.Move(made, lab.TalosConfig, overwrite: true);
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
