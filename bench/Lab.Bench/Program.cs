using System.Globalization;
using Lab.Bench;
using Lab.Bench.Chaos;

// dotnet run -c Release --project bench/Lab.Bench -- boot [runs]
//     boots the default lab; needs what a lab needs.
// dotnet run -c Release --project bench/Lab.Bench -- start [runs]
//     starts it and measures until the dashboard's page is loaded and until all services are healthy; in the repository's folder with dotnet run as well.
// dotnet run -c Release --project bench/Lab.Bench -- boot-server [seconds of each measurement]
//     needs wrk and nginx (Debian: wrk, nginx-light) on PATH; everything listens on loopback and ends with this program.
// dotnet run -c Release --project bench/Lab.Bench -- fleet
// dotnet run -c Release --project bench/Lab.Bench -- assets [seconds of each measurement]
//     a part of the boot server's bench: five hundred machines, or assets beside nginx.
// dotnet run -c Release --project bench/Lab.Bench -- caches [seconds of each measurement]
//     a cache of a lab beside its registry process alone; needs wrk, and what a lab needs.
// dotnet run -c Release --project bench/Lab.Bench -- chaos [--rounds N] [--seed S]
//     lets bad days happen to the lab, and prints how many it survived and what was left over; needs root, and what a lab needs.
if (args.FirstOrDefault() == "chaos")
{
    return await ChaosBench.RunAsync(args[1..]);
}

var number = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : (int?)null;
switch (args.FirstOrDefault())
{
    case "boot":
        await BootBench.RunAsync(number ?? 5);
        await PageBench.RunAsync(number ?? 5);
        return 0;
    case "start":
        await StartBench.RunAsync(number ?? 5);
        return 0;
    case "boot-server":
        using (var scratch = new Scratch())
        {
            await ScriptBench.RunAsync(scratch, number ?? 4);
            await AssetBench.RunAsync(scratch, number ?? 4);
            await FleetBench.RunAsync(scratch);
            await RewriteBench.RunAsync(scratch);
        }

        return 0;
    case "fleet":
        using (var scratch = new Scratch())
        {
            await FleetBench.RunAsync(scratch);
        }

        return 0;
    case "assets":
        using (var scratch = new Scratch())
        {
            await AssetBench.RunAsync(scratch, number ?? 4);
        }

        return 0;
    case "caches":
        using (var scratch = new Scratch())
        {
            await CacheBench.RunAsync(scratch, number ?? 4);
        }

        return 0;
    default:
        Console.Error.WriteLine("Name a bench: boot, start, boot-server, fleet, assets, caches or chaos.");
        return 1;
}
