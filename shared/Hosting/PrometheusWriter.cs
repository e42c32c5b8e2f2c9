using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace NodeTelemetry.Hosting;

/// <summary>Writes the Prometheus text format 0.0.4, or OpenMetrics 1.0.0.</summary>
/// <remarks>In OpenMetrics a family of counters is named without <c>_total</c>,
/// a family whose name ends in a unit states it, and the text ends with <c># EOF</c>,
/// so that a truncated one is detected.</remarks>
/// <param name="output">Receives the text as UTF-8.</param>
/// <param name="isOpenMetrics">Whether OpenMetrics is written.</param>
public sealed class PrometheusWriter(IBufferWriter<byte> output, bool isOpenMetrics)
{
    private const string CounterSuffix = "_total";

    /// <summary>The longest first: <c>bytes_per_second</c> is not a number of seconds.</summary>
    private static readonly string[] Units =
    [
        "micrograms_per_cubic_metre", "metres_per_second_squared", "radians_per_second", "bytes_per_second", "seconds",
        "celsius", "amperes", "pascals", "bytes", "ratio", "hertz", "volts", "watts", "tesla", "ohms", "lux",
    ];

    /// <summary>What the output is asked for at once: some dozens of samples.</summary>
    private const int PieceBytes = 8 * 1024;

    private Memory<byte> _piece;
    private int _written;
    private bool _hasLabel;

    /// <summary>Gets a value indicating whether OpenMetrics is written.</summary>
    public bool IsOpenMetrics => isOpenMetrics;

    /// <summary>Formats labels that several samples share, for <see cref="Labels"/>.</summary>
    public static byte[] FormatLabels(params (string Name, string Value)[] labels)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new PrometheusWriter(buffer, isOpenMetrics: false);
        foreach (var (name, value) in labels)
        {
            writer.Label(name, value);
        }

        writer.Flush();

        // Without the opening brace.
        return buffer.WrittenSpan[1..].ToArray();
    }

    /// <summary>Begins a family. All its samples must follow before the next family.</summary>
    /// <param name="name">The name; a counter's ends in <c>_total</c>.</param>
    /// <param name="type"><c>gauge</c> or <c>counter</c>.</param>
    /// <param name="help">What it is.</param>
    public void Family(string name, string type, string help)
    {
        var family = isOpenMetrics && type == "counter" && name.EndsWith(CounterSuffix, StringComparison.Ordinal)
            ? name[..^CounterSuffix.Length]
            : name;
        Text($"# HELP {family} ");
        Escape(help, hasQuotes: isOpenMetrics);
        Text($"\n# TYPE {family} {type}\n");
        if (isOpenMetrics && FindUnit(family) is { } unit)
        {
            Text($"# UNIT {family} {unit}\n");
        }
    }

    /// <summary>Begins a sample; labels and <see cref="Value"/> follow.</summary>
    public PrometheusWriter Sample(string name)
    {
        Text(name);
        _hasLabel = false;
        return this;
    }

    /// <summary>Begins a sample whose name is UTF-8 already; labels and <see cref="Value"/> follow.</summary>
    public PrometheusWriter Sample(ReadOnlySpan<byte> name)
    {
        Write(name);
        _hasLabel = false;
        return this;
    }

    /// <summary>Adds a label to the sample whose name is written already: <c>a="</c>.</summary>
    public PrometheusWriter Label(ReadOnlySpan<byte> name, string value)
    {
        Write(_hasLabel ? ","u8 : "{"u8);
        _hasLabel = true;
        Write(name);
        Escape(value, hasQuotes: true);
        Write("\""u8);
        return this;
    }

    /// <summary>Adds a label to the sample.</summary>
    public PrometheusWriter Label(string name, string value)
    {
        Text(_hasLabel ? "," : "{");
        _hasLabel = true;
        Text(name);
        Text("=\"");
        Escape(value, hasQuotes: true);
        Text("\"");
        return this;
    }

    /// <summary>Adds labels that are already written: <c>a="b",c="d"</c>.</summary>
    public PrometheusWriter Labels(ReadOnlySpan<byte> labels)
    {
        if (!labels.IsEmpty)
        {
            Write(_hasLabel ? ","u8 : "{"u8);
            _hasLabel = true;
            Write(labels);
        }

        return this;
    }

    /// <summary>Ends the sample.</summary>
    public void Value(double value)
    {
        Write(_hasLabel ? "} "u8 : " "u8);
        var digits = Reserve(32);
        int written;
        if (double.IsInteger(value) && Math.Abs(value) < 1e15)
        {
            Utf8Formatter.TryFormat((long)value, digits, out written);
        }
        else
        {
            value.TryFormat(digits, out written, "R", CultureInfo.InvariantCulture);
        }

        _written += written;
        Write("\n"u8);
    }

    /// <summary>Ends the text.</summary>
    public void End()
    {
        if (isOpenMetrics)
        {
            Write("# EOF\n"u8);
        }

        Flush();
    }

    /// <summary>Hands everything written to the output, which others write to.</summary>
    public void Flush()
    {
        // Kestrel refuses to advance, even by nothing, before it was asked for memory.
        if (_written > 0)
        {
            output.Advance(_written);
        }

        (_piece, _written) = (default, 0);
    }

    private static string? FindUnit(string name)
    {
        foreach (var unit in Units)
        {
            if (name.Length > unit.Length && name[^(unit.Length + 1)] == '_'
                && name.EndsWith(unit, StringComparison.Ordinal))
            {
                return unit;
            }
        }

        return null;
    }

    private void Text(string text)
    {
        // Before the addition: it may begin a new piece.
        var piece = Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        _written += Encoding.UTF8.GetBytes(text, piece);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _written += bytes.Length;
    }

    private Span<byte> Reserve(int length)
    {
        if (_piece.Length - _written < length)
        {
            Flush();
            _piece = output.GetMemory(Math.Max(length, PieceBytes));
        }

        return _piece.Span[_written..];
    }

    /// <summary>Quotation marks are escaped in labels, and in OpenMetrics also in help.</summary>
    private void Escape(string text, bool hasQuotes)
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
