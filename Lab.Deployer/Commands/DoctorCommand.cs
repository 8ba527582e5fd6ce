using System.CommandLine;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using Lab.CommandLine;
using Lab.Deployment.Aws;
using Lab.Deployment.Verification;
using Lab.Model;
using Lab.Model.Rendering;

namespace Lab.Deployer.Commands;

/// <summary><c>doctor</c>: who one is on AWS, and whether that is allowed to deploy.</summary>
internal static partial class DoctorCommand
{
    private static readonly Option<bool> Policy = new("--policy") { Description = "Print the least IAM policy that a deployment needs, and nothing else." };

    private static readonly Option<string?> Template = new Option<string?>("--template")
    {
        Description = "With --policy: id of the existing bastion's launch template.",
        HelpName = "ID",
    }.Of(text => TemplateId().IsMatch(text), "the id of a launch template, like lt-0123456789abcdef0");

    private static readonly Option<string?> Role = new Option<string?>("--role")
    {
        Description = "With --policy: name of the existing bastion's role, with its path; not needed where it has none.",
        HelpName = "NAME",
    }.Of(text => RoleName().IsMatch(text), "the name of a role, like tf-bastion");

    public static Command Create()
    {
        var command = Verb.Plain(
            "doctor",
            """
            Show account, region and identity, and which permissions are missing. Reads, and makes dry runs of what AWS lets one try; writes nothing.

            Exit code: 0 all there, 1 something is missing.

            Examples:
              lab-deploy doctor --target aws
              lab-deploy doctor --policy --template lt-0123456789abcdef0 --role tf-bastion > policy.json
            """,
            Policy,
            Template,
            Role
        );
        command.SetAction(
            (arguments, cancellationToken) =>
            {
                if (!arguments.GetValue(Policy))
                {
                    return Verb.Action(RunAsync)(arguments, cancellationToken);
                }

                Console.Write(IamPolicies.Operator(Options.Lab(arguments), Adopted(arguments)));
                return Task.FromResult(0);
            }
        );
        return command;
    }

    /// <summary>No statement of the policy is for any template or any role, so their names must be known.</summary>
    private static AdoptedBastionNames? Adopted(ParseResult arguments)
    {
        var lab = Options.Lab(arguments);
        if (lab.Network.Existing is { } existing && !new[] { existing.Vpc, existing.PublicSubnet, existing.PrivateSubnet }.All(ResourceId().IsMatch))
        {
            throw new LabException(
                "doctor --policy needs network.existing by ids, for a policy knows no names. To see them: aws ec2 describe-vpcs; aws ec2 describe-subnets"
            );
        }

        return lab.Bastion.Create ? null
            : arguments.GetValue(Template) is { } template ? new AdoptedBastionNames(template, arguments.GetValue(Role))
            : throw new LabException(
                $"doctor --policy needs --template ID, the launch template of the existing group {lab.Bastion.Group}, and --role NAME where its instances have a role. "
                    + "With bastion.create: true neither is needed."
            );
    }

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var identity = await session.Aws.Sts.GetCallerIdentityAsync(new(), cancellationToken);
        var probes = await Task.WhenAll(
            (await Permissions.ProbesAsync(session.Aws, session.Lab, identity.Account, cancellationToken)).Select(async probe =>
                (probe.Name, Result: await TryAsync(probe, cancellationToken))
            )
        );
        if (session.Json)
        {
            Output.Json(
                new
                {
                    identity.Account,
                    session.Target.Region,
                    Identity = identity.Arn,
                    Target = session.Target.ToString(),
                    Permissions = probes.Select(probe => new
                    {
                        probe.Name,
                        Missing = probe.Result is not null,
                        Detail = probe.Result,
                    }),
                }
            );
        }
        else
        {
            Output.Table(
                ["Target", session.Target.ToString()],
                [
                    ["account", identity.Account],
                    ["region", session.Target.Region],
                    ["identity", identity.Arn],
                ]
            );
            Output.Table(["Permission", "Result"], probes.Select(probe => (IReadOnlyList<string>)[probe.Name, probe.Result ?? "there"]));
            if (probes.Any(probe => probe.Result is not null))
            {
                Output.Line($"To print the permissions that a deployment needs: {DeployCommand.Line("doctor --policy")}");
            }
        }

        return probes.Any(probe => probe.Result is not null) ? 1 : 0;
    }

    /// <returns>Null when allowed; else what AWS says.</returns>
    private static async Task<string?> TryAsync(PermissionProbe probe, CancellationToken cancellationToken)
    {
        try
        {
            await probe.Call(cancellationToken);
            return null;
        }
        catch (AmazonServiceException e) when (AwsErrors.IsDenied(e))
        {
            return $"missing ({e.ErrorCode}): {e.Message}";
        }
        catch (AmazonServiceException)
        {
            // Anything else was said to somebody who may ask: DryRunOperation, or that what the probe names does not exist.
            return null;
        }
    }

    [GeneratedRegex(@"\A(vpc|subnet)-[0-9a-f]+\z")]
    private static partial Regex ResourceId();

    [GeneratedRegex(@"\Alt-[0-9a-f]+\z")]
    private static partial Regex TemplateId();

    /// <summary>What IAM allows in a role's name and path: no wildcard.</summary>
    [GeneratedRegex(@"\A[a-zA-Z0-9_+=,.@/-]+\z")]
    private static partial Regex RoleName();
}
