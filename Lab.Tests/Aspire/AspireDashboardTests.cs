using System.Text.RegularExpressions;
using Lab.Tests.AppHost;
using Lab.Tests.Dashboard;

namespace Lab.Tests.AspireHost;

/// <summary>The program as an Aspire application, looked at in Aspire's own dashboard.</summary>
[Collection(VirtualMachines.Name)]
public sealed partial class AspireDashboardTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task It_shows_the_lab_and_a_boot_as_a_trace_and_leads_to_the_labs_own_page()
    {
        await using var program = new LabProgram();
        var run = program.Start();
        await run.WaitForLineAsync("The lab is up.");
        await run.WaitForLineAsync("Login URL:");
        await using var window = await chromium.OpenAsync(LoginLink().Match(run.Transcript).Groups[1].Value);
        await window.Page.GetByText("registry-docker-io").First.WaitForAsync();

        // A trace is sent some seconds after its end.
        await window.Page.GotoAsync(new Uri(new Uri(window.Page.Url), "/traces").ToString());
        await window.Page.GetByText("boot cp1").First.WaitForAsync();

        await window.Page.GotoAsync(new Uri(new Uri(window.Page.Url), "/").ToString());
        var link = await window.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Boot", Exact = true }).First.GetAttributeAsync("href");
        await window.Page.GotoAsync(link!);
        await window.Page.WaitForURLAsync("**/boot/cp1");
        await window.LiveAsync();

        await run.SignalAsync("INT");
        await run.Ended;
        await program.NothingIsLeftAsync();
    }

    [GeneratedRegex(@"Login URL:\s+(http://\S+)")]
    private static partial Regex LoginLink();
}
