using System.Buffers;
using System.Text;
using Xunit;

namespace NodeTelemetry.Hosting.Tests;

public sealed class PrometheusWriterTests
{
    [Fact]
    public void Special_characters_in_labels_and_help_are_escaped()
    {
        var text = Write(isOpenMetrics: false, static writer =>
        {
            writer.Family("a", "gauge", "x \"y\" \\ z\n");
            writer.Sample("a").Label("l", "\"\\\nä").Value(0.1);
        });

        Assert.Equal("# HELP a x \"y\" \\\\ z\\n\n# TYPE a gauge\na{l=\"\\\"\\\\\\nä\"} 0.1\n", text);
    }

    [Fact]
    public void OpenMetrics_names_counters_without_total_states_units_and_ends()
    {
        var text = Write(isOpenMetrics: true, static writer =>
        {
            writer.Family("sent_bytes_total", "counter", "Sent");
            writer.Sample("sent_bytes_total").Labels("a=\"b\""u8).Label("c", "d").Value(1e9);
        });

        Assert.Equal(
            "# HELP sent_bytes Sent\n# TYPE sent_bytes counter\n# UNIT sent_bytes bytes\n"
            + "sent_bytes_total{a=\"b\",c=\"d\"} 1000000000\n# EOF\n",
            text);
    }

    /// <summary>The body of a response of Kestrel refuses it; /metrics then responded 500.</summary>
    [Fact]
    public void The_output_is_never_advanced_before_it_was_asked_for_memory()
    {
        var output = new StrictOutput();
        var writer = new PrometheusWriter(output, isOpenMetrics: false);
        writer.Family("a", "gauge", new string('x', 2000));
        writer.Sample("a").Value(1);
        writer.End();
        Assert.EndsWith("a 1\n", Encoding.UTF8.GetString(output.Written), StringComparison.Ordinal);
    }

    /// <summary>A text that does not fit into the rest of a piece begins the next one; it once moved by what the last one held.</summary>
    [Fact]
    public void A_long_text_has_no_gaps_and_nothing_twice()
    {
        var text = Write(isOpenMetrics: false, static writer =>
        {
            for (var number = 0; number < 1000; number++)
            {
                writer.Sample("a").Label("b", new string('x', number)).Label("c=\""u8, "y").Value(number);
            }
        });

        Assert.Equal(
            string.Concat(Enumerable.Range(0, 1000).Select(static number => $"a{{b=\"{new string('x', number)}\",c=\"y\"}} {number}\n")), text);
    }

    private static string Write(bool isOpenMetrics, Action<PrometheusWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new PrometheusWriter(output, isOpenMetrics);
        write(writer);
        writer.End();
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private sealed class StrictOutput : IBufferWriter<byte>
    {
        private readonly ArrayBufferWriter<byte> _output = new();
        private bool _isAsked;

        public ReadOnlySpan<byte> Written => _output.WrittenSpan;

        public void Advance(int count)
        {
            Assert.True(_isAsked, "No memory was asked for.");
            _isAsked = false;
            _output.Advance(count);
        }

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            _isAsked = true;
            return _output.GetMemory(sizeHint);
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
