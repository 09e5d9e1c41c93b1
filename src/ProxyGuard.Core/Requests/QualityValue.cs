using System.Globalization;

namespace ProxyGuard.Core.Requests;

/// <summary>The weight of an item of Accept or Accept-Language (RFC 9110, section 12.4.2).</summary>
public static class QualityValue
{
    /// <summary>From 0 to 1. Null when that is not a weight, or none that is allowed.</summary>
    /// <param name="parameter">Such as <c>q=0.8</c>, without spaces around it.</param>
    public static double? Of(ReadOnlySpan<char> parameter)
    {
        if (!parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase))
            return null;
        bool isNumber = double.TryParse(parameter[2..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double quality);
        return isNumber && quality is >= 0 and <= 1 ? quality : null;
    }
}
