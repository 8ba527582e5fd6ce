using System.CommandLine;
using System.Globalization;
using Lab.Deployer.Terminal;
using Lab.Model.Pricing;

namespace Lab.Deployer.Commands;

/// <summary><c>cost</c>: what a month costs, by resource and by egress design.</summary>
internal static class CostCommand
{
    private static readonly Option<string?> Date = new Option<string?>("--date") { Description = "The day that decides what is free; without it today.", HelpName = "YYYY-MM-DD" }.Of(text => Day(text) is not null, "a day like 2027-01-01");

    public static Command Create()
    {
        var command = Verb.Plain("cost", """
            Show what a month of the lab costs, resource by resource, and with each egress design. Asks no AWS.

            Examples:
              lab-deploy cost
              lab-deploy cost --date 2027-01-01      after the free trial of t4g.small
            """, Date);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var lab = Options.Lab(arguments);
        var date = Day(arguments.GetValue(Date)) ?? DateOnly.FromDateTime(DateTime.UtcNow);
        var (estimate, designs) = (Estimate.For(lab, date), Estimate.ForAllDesigns(lab, date));
        if (arguments.GetValue(Options.Json))
        {
            Output.Json(PriceView.Shape(estimate, designs));
        }
        else
        {
            PriceView.Print(estimate, designs);
        }

        return 0;
    }

    private static DateOnly? Day(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
