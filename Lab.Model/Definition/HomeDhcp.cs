namespace Lab.Model.Definition;

/// <summary>What Lab does about DHCP on a real network.</summary>
public enum HomeDhcp
{
    /// <summary>The router gives the addresses, Lab answers beside it what to boot (ProxyDHCP).</summary>
    Proxy,

    /// <summary>Lab gives addresses too, to the machines of the lab file; nobody else may serve DHCP there.</summary>
    Full,

    /// <summary>Lab answers no DHCP: the router names the boot file itself.</summary>
    Off,
}
