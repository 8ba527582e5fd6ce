using System.CommandLine;
using Amazon.Runtime;
using Lab.Deployer.Aws;
using Lab.Deployer.Terminal;
using Lab.Model.Rendering;

namespace Lab.Deployer.Commands;

/// <summary><c>doctor</c>: who one is on AWS, and whether that is allowed to deploy.</summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> Policy = new("--policy") { Description = "Print the IAM policy that deploying takes, and nothing else." };

    private static readonly Option<string?> Role = new("--role") { Description = "With --policy: name of the existing bastion's role, so that the policy allows that one and no other.", HelpName = "NAME" };

    public static Command Create()
    {
        var command = Verb.Plain("doctor", """
            Show account, region and identity, and which permissions are missing. Reads, and makes dry runs of what AWS lets one try; writes nothing.

            Exit code: 0 all there, 1 something is missing.

            Examples:
              lab-deploy doctor --target aws
              lab-deploy doctor --policy --role tf-bastion > policy.json
            """, Policy, Role);
        command.SetAction((arguments, cancellationToken) =>
        {
            if (!arguments.GetValue(Policy))
            {
                return Verb.Action(RunAsync)(arguments, cancellationToken);
            }

            Console.Write(IamPolicies.Operator(Options.Lab(arguments), arguments.GetValue(Role)));
            return Task.FromResult(0);
        });
        return command;
    }

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var identity = await session.Aws.Sts.GetCallerIdentityAsync(new(), cancellationToken);
        var probes = await Task.WhenAll((await Permissions.ProbesAsync(session.Aws, session.Lab, identity.Account, cancellationToken)).Select(async probe => (probe.Name, Result: await TryAsync(probe, cancellationToken))));
        if (session.Json)
        {
            Output.Json(new { identity.Account, session.Target.Region, Identity = identity.Arn, Target = session.Target.ToString(), Permissions = probes.Select(probe => new { probe.Name, Missing = probe.Result is not null, Detail = probe.Result }) });
        }
        else
        {
            Output.Table(["Target", session.Target.ToString()], [["account", identity.Account], ["region", session.Target.Region], ["identity", identity.Arn]]);
            Output.Table(["Permission", "Result"], probes.Select(probe => (IReadOnlyList<string>)[probe.Name, probe.Result ?? "there"]));
            if (probes.Any(probe => probe.Result is not null))
            {
                Output.Line("What deploying takes is printed by: lab-deploy doctor --policy");
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
}
