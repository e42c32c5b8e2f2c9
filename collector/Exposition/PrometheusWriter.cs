using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace NodeTelemetry.Collector.Exposition;

/// <summary>Writes the Prometheus text format, version 0.0.4, in UTF-8.</summary>
internal sealed class PrometheusWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private bool _hasLabel;

    /// <summary>Gets what has been written.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    /// <summary>Begins a family of metrics. All its samples must follow before the next family.</summary>
    public void Family(string name, string type, string help)
    {
        Text("# HELP ");
        Text(name);
        Text(" ");
        Escaped(help, isLabel: false);
        Text("\n# TYPE ");
        Text(name);
        Text(" ");
        Text(type);
        Text("\n");
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
        Escaped(value, isLabel: true);
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

    private void Text(string text) => Encoding.UTF8.GetBytes(text, _buffer);

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
