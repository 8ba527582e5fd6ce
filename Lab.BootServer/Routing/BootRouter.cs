using Lab.BootServer.Assets;
using Lab.BootServer.Data;
using Lab.BootServer.Http;
using Lab.BootServer.Logging;
using Lab.BootServer.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace Lab.BootServer.Routing;

/// <summary>Answers the requests of machines.</summary>
/// <param name="answers">Answers from the data directory.</param>
/// <param name="assets">Null when assets are not served.</param>
/// <param name="machines">Who may have which machine's configuration.</param>
/// <param name="status">Health and metrics.</param>
/// <param name="telemetry">Hears of every answer.</param>
/// <param name="log">The log.</param>
internal sealed class BootRouter(
    BootAnswers answers,
    AssetAnswers? assets,
    MachineAddresses machines,
    StatusAnswers status,
    BootTelemetry telemetry,
    LogrusLog log
)
{
    public async Task HandleAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var url = target == "*" ? (Path: "*", RawQuery: "") : GoUrl.Split(target);
        var exchange = new Exchange(context.Request.Method, url?.Path ?? target, new BootQuery(url?.RawQuery ?? ""));
        try
        {
            await AnswerAsync(context, exchange, target, isMalformed: url is null);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            exchange.ClientWentAway();
        }
        catch (Exception error)
        {
            log.Error("internal error: this is a bug", ("path", exchange.Path), ("error", error.ToString()));
            await FailAsync(context, exchange);
        }

        telemetry.Record(context, exchange);
    }

    private Task AnswerAsync(HttpContext context, Exchange exchange, string target, bool isMalformed)
    {
        if (isMalformed)
        {
            return ResponseWriter.WriteAsync(context, exchange, Answer.BadRequest("malformed escape in the path"));
        }

        if (exchange.Path == "*")
        {
            return ResponseWriter.WriteAsync(context, exchange, new Answer { Status = 200 });
        }

        if (Redirect(exchange) is { } redirect)
        {
            return ResponseWriter.WriteAsync(context, exchange, redirect);
        }

        if (log.Writes(LogrusLevel.Info))
        {
            log.Info($"HTTP {exchange.Method} {target}");
        }

        return assets is not null && exchange.Path.StartsWith(AssetAnswers.Prefix, StringComparison.Ordinal)
            ? assets.AnswerAsync(context, exchange)
            : AnswerFromDataAsync(context, exchange);
    }

    private async Task AnswerFromDataAsync(HttpContext context, Exchange exchange)
    {
        if (machines.Refusal(exchange.Path, exchange.Query, context.Connection.RemoteIpAddress, context.Connection.LocalIpAddress) is { } refusal)
        {
            log.Warning("refused a configuration", ("labels", LogrusLine.Map(exchange.Query.Labels)), ("reason", refusal));
            await ResponseWriter.WriteAsync(context, exchange, Answer.NotFound(refusal));
            return;
        }

        var answer =
            await answers.ForAsync(exchange.Path, exchange.Query, context.RequestAborted) ?? status.For(exchange.Path) ?? Answer.NotFound("no such endpoint");
        await ResponseWriter.WriteAsync(context, exchange, answer);
    }

    /// <summary>To the shortest form of the path, and to the directory of the assets.</summary>
    private Answer? Redirect(Exchange exchange)
    {
        if (exchange.Method == "CONNECT")
        {
            return null;
        }

        var cleaned = Clean(exchange.Path);
        if (cleaned == "/assets" && assets is not null)
        {
            cleaned = AssetAnswers.Prefix;
        }

        if (cleaned == exchange.Path)
        {
            return null;
        }

        var location = GoUrl.EscapePath(cleaned) + (exchange.Query.Raw.Length > 0 ? $"?{exchange.Query.Raw}" : "");
        return Answer.MovedPermanently(location, exchange.Method);
    }

    private static string Clean(string path)
    {
        if (path.StartsWith('/') && !path.Contains("//") && !path.Contains("/."))
        {
            return path;
        }

        var cleaned = StorePath.Clean(path);
        return path.EndsWith('/') && cleaned != "/" ? cleaned + "/" : cleaned;
    }

    private static Task FailAsync(HttpContext context, Exchange exchange)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.Clear();
        return ResponseWriter.WriteAsync(
            context,
            exchange,
            Answer.NotFound("internal error") with
            {
                Status = 500,
                Body = "500 Internal Server Error\n"u8.ToArray(),
            }
        );
    }
}
