using System.Text.Json;
using Lab.Deployment.Aws;
using Lab.Deployment.Reconciling;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Deployer.Commands;

/// <summary>A plan that was looked at and is carried out later, if nothing has moved by then. It holds a digest, not the plan.</summary>
internal sealed record PlanFile(string Lab, string Target, string Fingerprint, string Summary, DateTimeOffset Made)
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes the file.</summary>
    /// <exception cref="LabException">It cannot be written.</exception>
    public static void Write(string path, LabDefinition lab, AwsTarget target, Plan plan, DateTimeOffset made)
    {
        try
        {
            File.WriteAllText(
                path,
                JsonSerializer.Serialize(new PlanFile(lab.Name, target.ToString(), plan.Fingerprint(), Terminal.PlanView.Summary(plan), made), Indented) + "\n"
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"Cannot write the plan {path}: {e.Message}", inner: e);
        }
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="LabException">It is no plan, or one for somewhere else.</exception>
    public static PlanFile Read(string path, LabDefinition lab, AwsTarget target)
    {
        try
        {
            var plan = JsonSerializer.Deserialize<PlanFile>(File.ReadAllText(path), Indented);
            return plan is { Fingerprint: not null } && plan.Lab == lab.Name && plan.Target == target.ToString()
                ? plan
                : throw new LabException($"{path} is a plan for lab {plan?.Lab} on {plan?.Target}, not for lab {lab.Name} on {target}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new LabException($"{path} cannot be read as a plan: {e.Message} Make one with: {DeployCommand.Line($"plan --out {path}")}", inner: e);
        }
    }

    /// <summary>Refuses when the plan would do something else by now.</summary>
    /// <exception cref="LabException">It would.</exception>
    public void Demand(Plan plan)
    {
        if (plan.Fingerprint() != Fingerprint)
        {
            throw new LabException(
                $"AWS or the lab file has changed since the plan was made ({Made:yyyy-MM-dd HH:mm:ss} UTC: {Summary}); now there is to do: {Terminal.PlanView.Summary(plan)}. Look again: {DeployCommand.Line("plan")}"
            );
        }
    }
}
