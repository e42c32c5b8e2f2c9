using System.Globalization;

namespace NodeTelemetry.Hosting.Options;

/// <summary>Numbers of bytes such as <c>4096</c>, <c>64KiB</c> or <c>512 MiB</c>;
/// <c>64K</c> means the same as <c>64KiB</c>.</summary>
public static class SizeText
{
    private const string Prefixes = "KMGTP";

    /// <summary>Parses a size.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        var number = text.AsSpan().Trim();
        if (number.EndsWith("iB", StringComparison.OrdinalIgnoreCase))
        {
            number = number[..^2];
        }

        var exponent = number.Length == 0
            ? -1
            : Prefixes.IndexOf(char.ToUpperInvariant(number[^1]), StringComparison.Ordinal);
        if (exponent >= 0)
        {
            number = number[..^1].TrimEnd();
        }

        var factor = 1L << (10 * (exponent + 1));
        var isNumber = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out bytes)
            && bytes <= long.MaxValue / factor
            && (exponent >= 0 || number.Length == text.Trim().Length);
        bytes = isNumber ? bytes * factor : 0;
        return isNumber;
    }

    /// <summary>Formats a size in the largest unit that needs no fraction.</summary>
    public static string Format(long bytes)
    {
        var exponent = 0;
        while (bytes != 0 && bytes % 1024 == 0 && exponent < Prefixes.Length)
        {
            bytes /= 1024;
            exponent++;
        }

        var number = bytes.ToString(CultureInfo.InvariantCulture);
        return exponent == 0 ? number : $"{number}{Prefixes[exponent - 1]}iB";
    }
}
