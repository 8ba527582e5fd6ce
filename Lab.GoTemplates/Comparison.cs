namespace Lab.GoTemplates;

/// <summary><c>eq</c>, <c>lt</c> and their like: only values of one kind compare, so a JSON number (float64) is never equal to <c>3</c> (int).</summary>
internal static class Comparison
{
    private enum Kind
    {
        None,
        Bool,
        Int,
        Uint,
        Float,
        String,
    }

    /// <summary>Whether the first argument equals any of the others.</summary>
    public static bool EqualsAny(IReadOnlyList<object?> arguments) =>
        arguments.Count > 1
            ? arguments.Skip(1).Any(other => Equals(arguments[0], other))
            : throw new TemplateException("error calling eq: missing argument for comparison");

    public static bool IsLess(object? left, object? right) => Compare(left, right) < 0;

    public static bool IsLessOrEqual(object? left, object? right) => Compare(left, right) <= 0;

    private static new bool Equals(object? left, object? right)
    {
        if (left is null || right is null)
        {
            return left is null && right is null;
        }

        var (leftKind, rightKind) = (KindOf(left), KindOf(right));
        if (leftKind == Kind.None || rightKind == Kind.None)
        {
            throw new TemplateException("error calling eq: non-comparable type");
        }

        return leftKind == rightKind || (IsInteger(leftKind) && IsInteger(rightKind))
            ? leftKind is Kind.Bool
                ? (bool)left == (bool)right
                : leftKind is Kind.String
                    ? (string)left == (string)right
                    : Number(left).CompareTo(Number(right)) == 0
            : throw new TemplateException("error calling eq: incompatible types for comparison");
    }

    /// <summary>Less than, equal to or greater than zero; not a number (which JSON has none of) is greater.</summary>
    private static int Compare(object? left, object? right)
    {
        var (leftKind, rightKind) = (KindOf(left), KindOf(right));
        if (leftKind is Kind.None || rightKind is Kind.None || (leftKind is Kind.Bool && rightKind is Kind.Bool))
        {
            throw new TemplateException("invalid type for comparison");
        }

        if (leftKind != rightKind && !(IsInteger(leftKind) && IsInteger(rightKind)))
        {
            throw new TemplateException("incompatible types for comparison");
        }

        return leftKind is Kind.String ? GoText.Compare((string)left!, (string)right!) : Number(left).CompareTo(Number(right));
    }

    private static bool IsInteger(Kind kind) => kind is Kind.Int or Kind.Uint;

    private static decimal Integer(object? value) => value is byte octet ? octet : (long)value!;

    private static IComparable Number(object? value) => value is double number ? number : Integer(value);

    private static Kind KindOf(object? value) =>
        value switch
        {
            bool => Kind.Bool,
            long => Kind.Int,
            byte => Kind.Uint,
            double => Kind.Float,
            string => Kind.String,
            _ => Kind.None,
        };
}
