using Aspire.Hosting.ApplicationModel;
using Lab.Model.Resources;
using Part = Lab.Model.Resources.LabResource;

namespace Lab.Hosting;

/// <summary>The AWS emulator of a lab: EC2, IAM, Auto Scaling, STS and what else moto has.</summary>
public sealed class AwsEmulatorResource : LabComponentResource, IResourceWithConnectionString, IResourceWithEndpoints
{
    internal AwsEmulatorResource(string name, LabResource lab, Part definition)
        : base(name, lab, definition) => Endpoint = AddEndpoint(this, "http", "http");

    /// <summary>Where the emulator answers.</summary>
    public EndpointReference Endpoint { get; }

    /// <summary><c>ServiceURL=http://127.0.0.1:4566;Region=eu-west-1;AccessKey=test;SecretKey=test</c></summary>
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create(
            $"ServiceURL={Endpoint.Property(EndpointProperty.Url)};Region={Lab.Definition.Region};AccessKey={LabResources.AwsAnyKey};SecretKey={LabResources.AwsAnyKey}"
        );

    /// <inheritdoc />
    public override string Type => "AwsEmulator";
}
