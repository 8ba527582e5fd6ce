using Lab.Deployment.Aws;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Deployment.Verification;

/// <summary>Test 02: the bastion in the private subnet, its address, its schedule.</summary>
internal sealed class BastionTests(AwsClients aws, DeployedLab deployed)
{
    private LabDefinition Lab => deployed.Lab;

    public async Task<IReadOnlyList<VerifyResult>> RunAsync(CancellationToken cancellationToken)
    {
        var group = await aws.AutoScaling.FindGroupAsync(Lab.Bastion.Group, cancellationToken);
        if (group is null)
        {
            return
            [
                VerifyResult.Of(2, "the bastion's group", false, Lab.Bastion.Group, "missing", "Set bastion.create: true, or name the group in bastion.group."),
            ];
        }

        var schedule = deployed.Surroundings.Schedule;
        return
        [
            VerifyResult.Of(
                2,
                "sizes of the group",
                group is { Min: 0, Max: 1 },
                "min 0, max 1",
                $"min {group.Min}, max {group.Max}",
                "Set the group's sizes; lab-deploy leaves those of an adopted group alone."
            ),
            VerifyResult.Of(
                2,
                "schedule starts and stops the bastion",
                schedule.Any(action => action.Desired > 0) && schedule.Any(action => action.Desired == 0),
                "an action that starts and one that stops",
                schedule.Count == 0 ? "no schedule" : string.Join("; ", schedule),
                "Put the scheduled actions back; lab-deploy never touches those of an adopted group."
            ),
            ExistingScript(),
            .. await new RunningBastionTests(aws, deployed).RunAsync(group.Instances, cancellationToken),
        ];
    }

    private VerifyResult ExistingScript()
    {
        const string name = "user data keeps the existing script";
        if (deployed.Surroundings.Adopted is not { } adopted)
        {
            return VerifyResult.Skip(2, name, "the lab has made the group, so there was none", "Nothing to do.");
        }

        if (adopted.Current is not { } record)
        {
            return VerifyResult.Of(2, name, false, "a template version of the lab's", "none", $"Run: {DeployCommand.Line("apply")}");
        }

        var existing = Convert.FromBase64String(adopted.Data(record.Version).UserData ?? "");
        var present = UserDataText.Of(adopted.Latest.LaunchTemplateData.UserData);
        return VerifyResult.Of(
            2,
            name,
            present.Contains(UserDataText.Of(existing), StringComparison.Ordinal),
            $"{existing.Length} bytes of version {record.Version}, unchanged",
            "changed",
            $"Run: {DeployCommand.Line("apply")}"
        );
    }
}
