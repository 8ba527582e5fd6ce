using Lab.BootServer.Data;
using Lab.BootServer.Ignition;
using Lab.BootServer.Logging;
using Lab.GoTemplates;

namespace Lab.BootServer.Http;

/// <summary>The answers that are made from the data directory. Whatever goes wrong is a 404; why is in the log.</summary>
internal sealed class BootAnswers(DataDirectory data, RenderGate renders, LogrusLog log)
{
    private static readonly Answer Home = Answer.Text("matchbox\n"u8.ToArray());
    private static readonly Answer Inspect = Answer.Text(BootScripts.Inspect);

    /// <summary>The answer, or null when no endpoint has this path.</summary>
    /// <exception cref="OperationCanceledException">The client went away while a template was rendered for it.</exception>
    public async ValueTask<Answer?> ForAsync(string path, BootQuery query, CancellationToken cancellationToken) =>
        path switch
        {
            "/" => Home,
            "/boot.ipxe" or "/boot.ipxe.0" => Inspect,
            "/ipxe" => Script(query, BootScripts.Ipxe, "iPXE"),
            "/grub" => Script(query, BootScripts.Grub, "GRUB"),
            "/generic" => await WithProfileAsync(query, (group, profile) => GenericAsync(query, group, profile, cancellationToken)),
            "/cloud" => await WithProfileAsync(query, (group, profile) => CloudAsync(query, group, profile, cancellationToken)),
            "/ignition" => await WithProfileAsync(query, (group, profile) => ValueTask.FromResult(Ignition(query, group, profile))),
            "/metadata" => Metadata(query),
            _ => null,
        };

    private Answer Script(BootQuery query, Func<NetBoot, string> render, string kind)
    {
        if (data.Groups.Select(query.Labels) is not { } group)
        {
            return Miss(query, "No matching profile", "No matching group");
        }

        if (data.Profile(group.Profile) is not { } profile)
        {
            return Miss(query, "No matching profile", $"No profile named: {group.Profile}");
        }

        if (profile.Boot is null)
        {
            return Fail(query, group, $"profile {group.Profile} has no boot settings");
        }

        Matched(query, group, $"Matched a{(kind == "iPXE" ? "n" : "")} {kind} config");
        return Answer.Sniffed(GoText.Encode(render(profile.Boot))) with { LeavesToDisk = profile.Boot.IsDisk };
    }

    private async ValueTask<Answer> WithProfileAsync(BootQuery query, Func<Group, Profile, ValueTask<Answer>> answer)
    {
        if (data.Groups.Select(query.Labels) is not { } group)
        {
            return Miss(query, "No matching group");
        }

        return data.Profile(group.Profile) is { } profile ? await answer(group, profile) : Miss(query, $"No profile named: {group.Profile}");
    }

    private async ValueTask<Answer> GenericAsync(BootQuery query, Group group, Profile profile, CancellationToken cancellationToken)
    {
        var (failure, text) = await RenderAsync(query, group, new Named("generic", profile.GenericId, "generic template"), cancellationToken);
        return failure ?? Answer.Content(text);
    }

    private async ValueTask<Answer> CloudAsync(BootQuery query, Group group, Profile profile, CancellationToken cancellationToken)
    {
        var (failure, text) = await RenderAsync(query, group, new Named("cloud", profile.CloudId, "cloud-config template"), cancellationToken);
        if (failure is not null)
        {
            return failure;
        }

        log.Warning("Cloud-Config support will be removed in the future");
        return CloudConfig.Check(text) is { } reason ? Fail(query, group, reason) : Answer.Content(text);
    }

    private Answer Ignition(BootQuery query, Group group, Profile profile)
    {
        var name = profile.IgnitionId;
        if (data.Bytes("ignition", name) is not { } contents)
        {
            return Miss(query, $"No Ignition or Container Linux Config template named: {name}");
        }

        if (!name.EndsWith(".ign", StringComparison.Ordinal) && !name.EndsWith(".ignition", StringComparison.Ordinal))
        {
            return Fail(query, group, $"{name} is a Butane config, which this server does not translate: name a .ign file");
        }

        Matched(query, group, "Matched an Ignition or Container Linux Config template");
        var json = IgnitionConfig.Normalize(contents, out var problem);
        if (problem is not null)
        {
            log.Warning($"warning parsing Ignition: {problem}", ("file", name));
        }

        return new Answer
        {
            Status = 200,
            ContentType = "application/json",
            Body = json,
        };
    }

    private Answer Metadata(BootQuery query)
    {
        if (data.Groups.Select(query.Labels) is not { } group)
        {
            return Miss(query, "No matching group");
        }

        Matched(query, group, "Matched group metadata");
        return new Answer
        {
            Status = 200,
            ContentType = "plain/text",
            Body = GoText.Encode(EnvFile.Render(TemplateData.Of(group, query))),
        };
    }

    /// <summary>Null and the text, or the answer that says why there is none.</summary>
    private async ValueTask<(Answer? Failure, string Text)> RenderAsync(BootQuery query, Group group, Named named, CancellationToken cancellationToken)
    {
        if (data.Template(named.Folder, named.Name) is not { } template)
        {
            return (Miss(query, $"No {named.Kind} named: {named.Name}"), "");
        }

        Matched(query, group, $"Matched a {named.Kind}");
        try
        {
            return (null, await renders.RenderAsync(template, TemplateData.Of(group, query), cancellationToken));
        }
        catch (TemplateException error)
        {
            return (Fail(query, group, $"error rendering template: {named.Folder}/{named.Name}: {error.Message}"), "");
        }
    }

    private Answer Miss(BootQuery query, string message, string? reason = null)
    {
        if (log.Writes(LogrusLevel.Info))
        {
            log.Info(message, reason is null ? [("labels", LogrusLine.Map(query.Labels))] : [("labels", LogrusLine.Map(query.Labels)), ("reason", reason)]);
        }

        return Answer.NotFound(reason ?? message);
    }

    private Answer Fail(BootQuery query, Group group, string reason)
    {
        log.Error(reason, ("labels", LogrusLine.Map(query.Labels)), ("group", group.Id));
        return Answer.NotFound(reason);
    }

    private void Matched(BootQuery query, Group group, string message)
    {
        if (log.Writes(LogrusLevel.Debug))
        {
            log.Debug(message, ("labels", LogrusLine.Map(query.Labels)), ("group", group.Id), ("profile", group.Profile));
        }
    }

    /// <summary>A template of the data directory.</summary>
    private sealed record Named(string Folder, string Name, string Kind);
}
