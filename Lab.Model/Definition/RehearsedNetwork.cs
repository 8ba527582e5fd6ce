namespace Lab.Model.Definition;

/// <summary>The network that a lab on this machine is.</summary>
public enum RehearsedNetwork
{
    /// <summary>The network of a home: one link, DHCP and TFTP from the bastion.</summary>
    Lan,

    /// <summary>What lab-deploy makes on AWS: a VPC, with machines that boot from the launch template.</summary>
    Vpc,
}
