using Lab.Bench;

// Run with: dotnet run -c Release --project bench/Lab.Bench [seconds of each measurement]
// Needs wrk and nginx (Debian: wrk, nginx-light) on PATH; everything listens on loopback and ends with this program.
var seconds = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 4;
using var scratch = new Scratch();
await ScriptBench.RunAsync(scratch, seconds);
await AssetBench.RunAsync(scratch, seconds);
await FleetBench.RunAsync(scratch);
await RewriteBench.RunAsync(scratch);
