using System.Text.RegularExpressions;
using Lab.Tests.Dashboard;
using Lab.Tests.Programs;
using Microsoft.Playwright;

namespace Lab.Tests.Aspire;

/// <summary>The program as an Aspire application, started from its own output folder as <c>dotnet run</c> does, in Aspire's own dashboard.</summary>
[Collection(VirtualMachines.Name)]
public sealed partial class AspireDashboardTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task It_shows_the_lab_and_a_boot_as_a_trace_and_leads_to_the_labs_own_page()
    {
        await using var program = new LabProgram { Assembly = "Lab.AppHost.dll", Program = Repository.OutputOf("Lab.AppHost") };
        var run = program.Start();
        await run.WaitForLineAsync("The lab is up.");
        await run.WaitForLineAsync("Login URL:");
        await using var window = await chromium.OpenAsync(LoginLink().Match(run.Transcript).Groups[1].Value);
        await window.Page.GetByText("registry-docker-io").First.WaitForAsync();
        await Screenshots.TakeAspireAsync(window);

        // A trace is sent some seconds after its end.
        await window.Page.GotoAsync(new Uri(new Uri(window.Page.Url), "/traces").ToString());
        await window.Page.GetByText("boot cp1").First.WaitForAsync();

        await window.Page.GotoAsync(new Uri(new Uri(window.Page.Url), "/").ToString());
        var link = await window.Page.GetByRole(AriaRole.Link, new() { Name = "Boot", Exact = true }).First.GetAttributeAsync("href");
        await window.Page.GotoAsync(OwnLink().Match(run.Transcript).Groups[1].Value);
        await window.Page.GotoAsync(link!);
        await Assertions.Expect(window.Page).ToHaveURLAsync(new Regex("/boot/cp1$"));
        await window.LiveAsync();

        await run.SignalAsync("INT");
        await run.Ended;
        await program.NothingIsLeftAsync();
    }

    [GeneratedRegex(@"Dashboard: (http://\S+)")]
    private static partial Regex OwnLink();

    [GeneratedRegex(@"Login URL:\s+(http://\S+)")]
    private static partial Regex LoginLink();
}
