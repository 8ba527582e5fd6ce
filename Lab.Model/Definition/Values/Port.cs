using System.Globalization;

namespace Lab.Model.Definition;

/// <summary>A TCP or UDP port, 1 to 65535.</summary>
public readonly record struct Port(int Number)
{
    public static implicit operator int(Port port) => port.Number;

    /// <inheritdoc />
    public override string ToString() => Number.ToString(CultureInfo.InvariantCulture);
}
