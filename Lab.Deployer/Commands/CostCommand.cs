using System.CommandLine;
using Lab.CommandLine;
using Lab.Deployer.Terminal;
using Lab.Model;
using Lab.Model.Pricing;

namespace Lab.Deployer.Commands;

/// <summary><c>cost</c>: what a month, or an experiment of some hours, costs, by resource and by egress design.</summary>
internal static class CostCommand
{
    private static readonly Option<int?> Hours = new Option<int?>("--hours")
    {
        Description = "Price an experiment of so many hours instead of a month: bastion and nodes run all the time.",
        HelpName = "N",
    }.Within(1, 8760, "1 to 8760 hours");

    private static readonly Option<int?> Nodes = new Option<int?>("--nodes")
    {
        Description = "With --hours: the number of nodes, instead of the lab file's.",
        HelpName = "N",
    }.Within(0, 1000, "0 to 1000 nodes");

    public static Command Create()
    {
        var command = Verb.Plain(
            "cost",
            """
            Show what a month of the lab costs, or an experiment of some hours, resource by resource, and with each egress design. Asks no AWS.

            Examples:
              lab-deploy cost
              lab-deploy cost --date 2027-01-01      after the free trial of t4g.small
              lab-deploy cost --hours 6 --nodes 3    what an afternoon with three nodes costs
            """,
            DayOption.Date,
            Hours,
            Nodes
        );
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var lab = Options.Lab(arguments);
        var date = DayOption.Today(arguments, TimeProvider.System);
        var (hours, nodes) = (arguments.GetValue(Hours), arguments.GetValue(Nodes));
        if (nodes is not null && hours is null)
        {
            throw new LabException("--nodes goes with --hours: a month is priced with the nodes and the launch.hoursPerMonth of the lab file.");
        }

        var experiment = hours is null ? null : new Experiment(hours.Value, nodes ?? lab.Nodes.Count);
        var (estimate, designs) = (Estimate.For(lab, date, experiment), Estimate.ForAllDesigns(lab, date, experiment));
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
