using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();

// AWS's client finds endpoint, region and keys in its own environment variables.
app.MapGet(
    "/account",
    async () =>
    {
        using var tokens = new AmazonSecurityTokenServiceClient();
        return (await tokens.GetCallerIdentityAsync(new GetCallerIdentityRequest())).Account;
    }
);

// The cache of docker.io is a registry: its root answers that it speaks the protocol.
app.MapGet(
    "/cache",
    async (IConfiguration configuration) =>
    {
        using var client = new HttpClient();
        var answer = await client.GetAsync($"{configuration.GetConnectionString("registry-docker-io")}/v2/");
        return $"{(int)answer.StatusCode} {string.Join(' ', answer.Headers.TryGetValues("Docker-Distribution-Api-Version", out var version) ? version : [])}".Trim();
    }
);
app.Run();
