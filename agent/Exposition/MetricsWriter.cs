using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace NodeTelemetry.Agent.Exposition;

/// <summary>Writes metrics for Prometheus: its text format 0.0.4, or OpenMetrics 1.0.0.</summary>
/// <remarks>In OpenMetrics a counter's family has the name without <c>_total</c>, and the page has an end.</remarks>
internal sealed class MetricsWriter(bool isOpenMetrics)
{
    private const string CounterSuffix = "_total";

    private readonly ArrayBufferWriter<byte> _buffer = new(16 * 1024);
    private bool _hasLabel;

    /// <summary>Gets what has been written.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    /// <summary>Begins a family. All its samples must follow before the next family.</summary>
    /// <param name="name">Its name; a counter's ends in <c>_total</c>.</param>
    /// <param name="type"><c>gauge</c> or <c>counter</c>.</param>
    /// <param name="help">What it is.</param>
    public void Family(string name, string type, string help)
    {
        var family = isOpenMetrics && name.EndsWith(CounterSuffix, StringComparison.Ordinal)
            ? name[..^CounterSuffix.Length]
            : name;
        Text($"# HELP {family} ");
        Escaped(help, isLabel: isOpenMetrics);
        Text($"\n# TYPE {family} {type}\n");
    }

    /// <summary>Begins a sample; labels and <see cref="Value"/> follow.</summary>
    public MetricsWriter Sample(string name)
    {
        Text(name);
        _hasLabel = false;
        return this;
    }

    /// <summary>Adds a label to the sample.</summary>
    public MetricsWriter Label(string name, string value)
    {
        Text(_hasLabel ? "," : "{");
        _hasLabel = true;
        Text(name);
        Text("=\"");
        Escaped(value, isLabel: true);
        Text("\"");
        return this;
    }

    /// <summary>Ends the sample.</summary>
    public void Value(double value)
    {
        Text(_hasLabel ? "} " : " ");
        Span<byte> digits = stackalloc byte[32];
        int written;
        if (double.IsInteger(value) && Math.Abs(value) < 1e15)
        {
            Utf8Formatter.TryFormat((long)value, digits, out written);
        }
        else
        {
            value.TryFormat(digits, out written, "R", CultureInfo.InvariantCulture);
        }

        _buffer.Write(digits[..written]);
        Text("\n");
    }

    /// <summary>Ends the page.</summary>
    public void End()
    {
        if (isOpenMetrics)
        {
            Text("# EOF\n");
        }
    }

    private void Text(string text) => Encoding.UTF8.GetBytes(text, _buffer);

    /// <summary>Quotation marks are escaped in labels, and in OpenMetrics also in help.</summary>
    private void Escaped(string text, bool isLabel)
    {
        if (text.AsSpan().IndexOfAny('\\', '\n', '"') < 0)
        {
            Text(text);
            return;
        }

        var escaped = text
            .Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("\n", @"\n", StringComparison.Ordinal);
        Text(isLabel ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped);
    }
}
