using Lab.Hosting;
using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);
var lab = builder.AddLab("lab").WithOptions(builder.Configuration.GetSection("lab"));
builder
    .AddProject<Projects.Shop_Web>("web")
    .WithHttpEndpoint(port: builder.Configuration.GetValue<int?>("web-port"))
    .WithReference(lab.GetAws())
    .WithReference(lab.GetCache("docker.io"))
    .WaitFor(lab.GetAws())
    .WaitFor(lab.GetNode("cp1"));
builder.Build().Run();
