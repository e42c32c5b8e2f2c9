using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace NodeTelemetry.Collector.Exposition;

/// <summary>Writes the Prometheus text format, version 0.0.4, or OpenMetrics 1.0, in UTF-8.</summary>
/// <remarks>
/// In OpenMetrics a family of counters is named without <c>_total</c>, which only its samples have; a family whose name
/// ends in a unit says so; and the text ends with <c># EOF</c>, so that a cut one is noticed.
/// </remarks>
/// <param name="isOpenMetrics">Whether OpenMetrics is written.</param>
internal sealed class PrometheusWriter(bool isOpenMetrics = false)
{
    private const string CounterEnding = "_total";

    /// <summary>The units that names end in.</summary>
    private static readonly string[] Units =
    [
        "seconds", "bytes", "celsius", "ratio", "hertz", "volts", "amperes", "watts", "ohms", "pascals", "lux", "tesla",
        "bytes_per_second", "radians_per_second", "metres_per_second_squared", "micrograms_per_cubic_metre",
    ];

    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private bool _hasLabel;

    /// <summary>Gets what has been written.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    /// <summary>Begins a family of metrics. All its samples must follow before the next family.</summary>
    public void Family(string name, string type, string help)
    {
        var isShortened = isOpenMetrics && type == "counter" && name.EndsWith(CounterEnding, StringComparison.Ordinal);
        var family = isShortened ? name[..^CounterEnding.Length] : name;
        Line("HELP", family);
        Escaped(help, hasQuotes: isOpenMetrics);
        Text("\n");
        Line("TYPE", family);
        Text(type);
        Text("\n");

        // The longest: bytes_per_second is no number of seconds.
        if (isOpenMetrics && Units.Where(unit => EndsIn(family, unit)).MaxBy(static unit => unit.Length) is { } unit)
        {
            Line("UNIT", family);
            Text(unit);
            Text("\n");
        }
    }

    /// <summary>Ends the text.</summary>
    public void End()
    {
        if (isOpenMetrics)
        {
            Text("# EOF\n");
        }
    }

    /// <summary>Begins a sample; labels and <see cref="Value(double)"/> follow.</summary>
    public PrometheusWriter Sample(string name)
    {
        Text(name);
        _hasLabel = false;
        return this;
    }

    /// <summary>Adds a label to the sample.</summary>
    public PrometheusWriter Label(string name, string value)
    {
        Text(_hasLabel ? "," : "{");
        _hasLabel = true;
        Text(name);
        Text("=\"");
        Escaped(value, hasQuotes: true);
        Text("\"");
        return this;
    }

    /// <summary>Ends the sample.</summary>
    public void Value(double value)
    {
        Text(_hasLabel ? "} " : " ");
        Span<byte> digits = stackalloc byte[32];
        if (double.IsInteger(value) && Math.Abs(value) < 1e15)
        {
            Utf8Formatter.TryFormat((long)value, digits, out var written);
            _buffer.Write(digits[..written]);
        }
        else
        {
            value.TryFormat(digits, out var written, "R", CultureInfo.InvariantCulture);
            _buffer.Write(digits[..written]);
        }

        Text("\n");
    }

    private static bool EndsIn(string name, string unit) =>
        name.Length > unit.Length && name[^(unit.Length + 1)] == '_' && name.EndsWith(unit, StringComparison.Ordinal);

    private void Line(string word, string name)
    {
        Text("# ");
        Text(word);
        Text(" ");
        Text(name);
        Text(" ");
    }

    private void Text(string text) => Encoding.UTF8.GetBytes(text, _buffer);

    private void Escaped(string text, bool hasQuotes)
    {
        if (text.AsSpan().IndexOfAny('\\', '\n', '"') < 0)
        {
            Text(text);
            return;
        }

        var escaped = text
            .Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("\n", @"\n", StringComparison.Ordinal);
        Text(hasQuotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped);
    }
}
