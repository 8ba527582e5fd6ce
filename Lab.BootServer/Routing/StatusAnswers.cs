using System.Text;
using Lab.BootServer.Data;
using Lab.BootServer.Http;
using Lab.BootServer.Telemetry;

namespace Lab.BootServer.Routing;

/// <summary>What operators ask.</summary>
internal sealed class StatusAnswers(DataDirectory data, RequestMetrics metrics)
{
    /// <summary>The answer, or null when the path is none of these.</summary>
    public Answer? For(string path) =>
        path switch
        {
            "/healthz" => Health(),
            "/metrics" => new Answer
            {
                Status = 200,
                ContentType = "text/plain; version=0.0.4; charset=utf-8",
                Body = Encoding.UTF8.GetBytes(metrics.Render(data.Groups.Count)),
            },
            _ => null,
        };

    private Answer Health() =>
        data.Exists
            ? Answer.Text("ok\n"u8.ToArray())
            : Answer.Text("the data directory is gone\n"u8.ToArray()) with
            {
                Status = 503,
                Reason = "the data directory is gone",
            };
}
