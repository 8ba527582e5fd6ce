using System.CommandLine;
using Lab.Deployer.Terminal;
using Lab.Model.Pricing;

namespace Lab.Deployer.Commands;

/// <summary><c>cost</c>: what a month costs, by resource and by egress design.</summary>
internal static class CostCommand
{
    public static Command Create()
    {
        var command = Verb.Plain("cost", """
            Show what a month of the lab costs, resource by resource, and with each egress design. Asks no AWS.

            Examples:
              lab-deploy cost
              lab-deploy cost --date 2027-01-01      after the free trial of t4g.small
            """, Options.Date);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var lab = Options.Lab(arguments);
        var date = Options.Today(arguments, TimeProvider.System);
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
}
