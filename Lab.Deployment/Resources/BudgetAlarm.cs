using System.Globalization;
using Amazon.Runtime;
using Lab.Deployment.Aws;
using Lab.Model.Definition;

namespace Lab.Deployment.Resources;

/// <summary>The alarm of AWS Budgets. A change is another budget.</summary>
internal sealed class BudgetAlarm(LabDefinition lab, string account) : Resource("budget", "budget")
{
    private readonly string _name = NameOf(lab);

    public override IReadOnlyCollection<string> Immutable => ["e-mail", "limit"];

    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        if (await ReadAsync(aws, cancellationToken) is not { } budget)
        {
            return null;
        }

        var fields = new Fields { ["limit"] = Usd(budget.LimitUsd) };
        if ((aws.Target.IsLocal ? lab.Budget.Email : budget.Email) is { } email)
        {
            fields["e-mail"] = email;
        }

        return new Found(_name, fields);
    }

    public override Fields Desired(World world) => new() { ["limit"] = Usd(lab.Budget.AlertUsd), ["e-mail"] = lab.Budget.Email ?? "" };

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) =>
        aws.Budgets.CreateAsync(account, new CostBudget(_name, lab.Budget.AlertUsd, lab.Budget.Email), cancellationToken);

    public override Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken) =>
        aws.Budgets.DeleteAsync(account, _name, cancellationToken);

    /// <summary>Who may not ask for budgets, as most users of an account, has none of this lab where none is wanted.</summary>
    private async Task<CostBudget?> ReadAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        try
        {
            return await aws.Budgets.FindAsync(account, _name, !aws.Target.IsLocal, cancellationToken);
        }
        catch (AmazonServiceException e) when (!IsWanted && (AwsErrors.IsDenied(e) || (aws.Target.IsLocal && AwsErrors.IsUnknownCall(e))))
        {
            return null;
        }
    }

    /// <summary>False for an emulator without AWS Budgets.</summary>
    public static async Task<bool> IsKnownAsync(AwsClients aws, LabDefinition lab, string account, CancellationToken cancellationToken)
    {
        try
        {
            await aws.Budgets.FindAsync(account, NameOf(lab), withEmail: false, cancellationToken);
            return true;
        }
        catch (AmazonServiceException e)
        {
            return !AwsErrors.IsUnknownCall(e);
        }
    }

    private static string NameOf(LabDefinition lab) => $"lab-{lab.Name}";

    private static string Usd(decimal amount) => amount.ToString("0.00##", CultureInfo.InvariantCulture) + " USD a month";
}
