using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Lab.Deployment.Aws.Protocols;

namespace Lab.Deployment.Aws;

/// <summary>A monthly cost budget that writes to an address when it is spent.</summary>
internal sealed record CostBudget(string Name, decimal LimitUsd, string? Email);

/// <summary>The calls of AWS Budgets that are needed (https://docs.aws.amazon.com/aws-cost-management/latest/APIReference).</summary>
internal sealed class BudgetsApi(ProtocolClient reads, ProtocolClient writes)
{
    private const int PercentOfLimit = 100;

    /// <summary>The budget with a name; null where there is none.</summary>
    /// <param name="account">The account.</param>
    /// <param name="name">The budget's name.</param>
    /// <param name="withEmail">False for an emulator: moto 5.2 cannot tell whom a budget writes to.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<CostBudget?> FindAsync(string account, string name, bool withEmail, CancellationToken cancellationToken)
    {
        var request = new JsonObject { ["AccountId"] = account, ["BudgetName"] = name };
        if (await FindAsync("DescribeBudget", request, cancellationToken) is not { } answer)
        {
            return null;
        }

        var limit = decimal.Parse(answer.GetProperty("Budget").GetProperty("BudgetLimit").GetProperty("Amount").GetString()!, CultureInfo.InvariantCulture);
        return new CostBudget(name, limit, withEmail ? await EmailAsync(request, cancellationToken) : null);
    }

    /// <summary>Creates a budget that writes when the month's real costs reach its limit.</summary>
    public Task CreateAsync(string account, CostBudget budget, CancellationToken cancellationToken) =>
        writes.CallAsync(
            Call(
                "CreateBudget",
                new JsonObject
                {
                    ["AccountId"] = account,
                    ["Budget"] = new JsonObject
                    {
                        ["BudgetName"] = budget.Name,
                        ["BudgetLimit"] = new JsonObject { ["Amount"] = budget.LimitUsd.ToString(CultureInfo.InvariantCulture), ["Unit"] = "USD" },
                        ["TimeUnit"] = "MONTHLY",
                        ["BudgetType"] = "COST",
                    },
                    ["NotificationsWithSubscribers"] = new JsonArray(
                        new JsonObject
                        {
                            ["Notification"] = Notification(),
                            ["Subscribers"] = new JsonArray(new JsonObject { ["SubscriptionType"] = "EMAIL", ["Address"] = budget.Email }),
                        }
                    ),
                }
            ),
            cancellationToken
        );

    public Task DeleteAsync(string account, string name, CancellationToken cancellationToken) =>
        writes.CallAsync(Call("DeleteBudget", new JsonObject { ["AccountId"] = account, ["BudgetName"] = name }), cancellationToken);

    private async Task<string?> EmailAsync(JsonObject budget, CancellationToken cancellationToken)
    {
        var request = budget.DeepClone().AsObject();
        request["Notification"] = Notification();
        return
            await FindAsync("DescribeSubscribersForNotification", request, cancellationToken) is { } answer
            && answer.TryGetProperty("Subscribers", out var subscribers)
            ? subscribers.EnumerateArray().Select(subscriber => subscriber.GetProperty("Address").GetString()).FirstOrDefault()
            : null;
    }

    private async Task<JsonElement?> FindAsync(string operation, JsonObject body, CancellationToken cancellationToken)
    {
        try
        {
            return JsonDocument.Parse(await reads.CallAsync(Call(operation, body), cancellationToken)).RootElement;
        }
        catch (AmazonServiceException e) when (AwsErrors.IsGone(e))
        {
            return null;
        }
    }

    private static JsonObject Notification() =>
        new()
        {
            ["NotificationType"] = "ACTUAL",
            ["ComparisonOperator"] = "GREATER_THAN",
            ["Threshold"] = PercentOfLimit,
            ["ThresholdType"] = "PERCENTAGE",
        };

    private static ProtocolRequest Call(string operation, JsonObject body) => new(operation) { Json = body.ToJsonString() };
}
