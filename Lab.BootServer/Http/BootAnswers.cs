using Lab.BootServer.Data;
using Lab.BootServer.Ignition;
using Lab.BootServer.Logging;
using Lab.BootServer.Templates;
using Lab.BootServer.Strings;

namespace Lab.BootServer.Http;

/// <summary>The answers that are made from the data directory. Whatever goes wrong is a 404; why is in the log.</summary>
internal sealed class BootAnswers(DataDirectory data, LogrusLog log)
{
    private static readonly Answer Home = Answer.Text("matchbox\n"u8.ToArray());
    private static readonly Answer Inspect = Answer.Text(BootScripts.Inspect);

    /// <summary>The answer, or null when no endpoint has this path.</summary>
    public Answer? For(string path, BootQuery query) => path switch
    {
        "/" => Home,
        "/boot.ipxe" or "/boot.ipxe.0" => Inspect,
        "/ipxe" => Script(query, BootScripts.Ipxe, "iPXE"),
        "/grub" => Script(query, BootScripts.Grub, "GRUB"),
        "/generic" => WithProfile(query, Generic),
        "/cloud" => WithProfile(query, Cloud),
        "/ignition" => WithProfile(query, Ignition),
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
        return Answer.Sniffed(GoText.Encode(render(profile.Boot)));
    }

    private Answer WithProfile(BootQuery query, Func<BootQuery, Group, Profile, Answer> answer)
    {
        if (data.Groups.Select(query.Labels) is not { } group)
        {
            return Miss(query, "No matching group");
        }

        return data.Profile(group.Profile) is { } profile
            ? answer(query, group, profile)
            : Miss(query, $"No profile named: {group.Profile}");
    }

    private Answer Generic(BootQuery query, Group group, Profile profile)
        => Render(query, group, "generic", profile.GenericId, "generic template", out var text) ?? Answer.Content(text);

    private Answer Cloud(BootQuery query, Group group, Profile profile)
    {
        if (Render(query, group, "cloud", profile.CloudId, "cloud-config template", out var text) is { } failure)
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

        return new Answer { Status = 200, ContentType = "application/json", Body = json };
    }

    private Answer Metadata(BootQuery query)
    {
        if (data.Groups.Select(query.Labels) is not { } group)
        {
            return Miss(query, "No matching group");
        }

        Matched(query, group, "Matched group metadata");
        return new Answer { Status = 200, ContentType = "plain/text", Body = GoText.Encode(EnvFile.Render(TemplateData.Of(group, query))) };
    }

    /// <summary>Null and the text, or the answer that says why there is none.</summary>
    private Answer? Render(BootQuery query, Group group, string folder, string name, string kind, out string text)
    {
        text = "";
        if (data.Template(folder, name) is not { } template)
        {
            return Miss(query, $"No {kind} named: {name}");
        }

        Matched(query, group, $"Matched a {kind}");
        try
        {
            text = template.Render(TemplateData.Of(group, query));
            return null;
        }
        catch (TemplateException error)
        {
            return Fail(query, group, $"error rendering template: {folder}/{name}: {error.Message}");
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
}
