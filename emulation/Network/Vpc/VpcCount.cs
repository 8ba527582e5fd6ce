namespace Lab.Emulation.Network.Vpc;

/// <summary>What the packet filter has counted.</summary>
/// <param name="Id">Whose rule: the security group's for what a rule let in or out, the interface's or the gateway's for what was dropped.</param>
/// <param name="Rule">The rule in words: <c>in: tcp 22 from 2001:db8::7/128</c>, <c>out: no rule allows it</c>.</param>
/// <param name="IsDrop">True when packets were dropped, false when they opened a connection that a rule allows.</param>
/// <param name="Packets">How many.</param>
public sealed record VpcCount(string Id, string Rule, bool IsDrop, long Packets);
