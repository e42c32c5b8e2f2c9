using System.Globalization;
using System.Text;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Textfile;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Textfile;

public sealed class TextfileSamplerTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly AgentMetrics _metrics = new();
    private readonly RecordingLogger _logger = new();
    private readonly SnapshotBuilder _builder = new();
    private readonly TextfileSampler _sampler;

    public TextfileSamplerTests() => _sampler = new TextfileSampler(
        new TextfileDirectory(_folder.Path, _time, _metrics, _logger), _time, patience: TimeSpan.FromMinutes(1));

    public void Dispose()
    {
        _sampler.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("a 1", "a", 1)]
    [InlineData("a{} 1", "a", 1)]
    [InlineData("  a:b_C9\t-2.5e3  ", "a:b_C9", -2500)]
    [InlineData("a { x = \"1\" , y=\"b c\" , } 3", "a{x=\"1\",y=\"b c\"}", 3)]
    [InlineData("a{x=\"\\\"}\\\\\\n, \"} 4", "a{x=\"\\\"}\\\\\\n, \"}", 4)]
    [InlineData("a{x=\"ä\"} 5\r", "a{x=\"ä\"}", 5)]
    [InlineData("a +Inf", "a", double.PositiveInfinity)]
    [InlineData("a -Inf", "a", double.NegativeInfinity)]
    [InlineData("a NaN", "a", double.NaN)]
    [InlineData("a 18446744073709551615", "a", 18446744073709551615)]
    [InlineData("", "", 0)]
    [InlineData("# anything", "", 0)]
    [InlineData("# HELP a b", "", 0)]
    [InlineData("# TYPE a counter", "", 0)]
    public void Good_lines(string line, string series, double expected)
    {
        Assert.Equal(
            TextfileError.None, TextfileLine.Parse(Encoding.UTF8.GetBytes(line), out var name, out var labels, out var value));
        Assert.Equal(series, TextfileLine.Canonical(name, labels));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("9a 1", "BadName")]
    [InlineData("-", "BadName")]
    [InlineData("ä 1", "BadName")]
    [InlineData("a-b 1", "BadName")]
    [InlineData("a", "BadValue")]
    [InlineData("a ", "BadValue")]
    [InlineData("a x", "BadValue")]
    [InlineData("a 1x", "BadValue")]
    [InlineData("a{x=\"1\"}", "BadValue")]
    [InlineData("a 1 1700000000000", "HasTime")]
    [InlineData("a{x=\"1\" 1", "BadLabels")]
    [InlineData("a{x=1} 1", "BadLabels")]
    [InlineData("a{x} 1", "BadLabels")]
    [InlineData("a{9=\"1\"} 1", "BadLabels")]
    [InlineData("a{x=\"1\"y=\"2\"} 1", "BadLabels")]
    [InlineData("a{,} 1", "BadLabels")]
    [InlineData("a{x=\"1", "BadLabels")]
    [InlineData("a{x=\"1\\", "BadLabels")]
    [InlineData("a{", "BadLabels")]
    [InlineData("# TYPE a", "BadType")]
    [InlineData("# TYPE a meter", "BadType")]
    [InlineData("# TYPE  counter", "BadType")]
    public void Bad_lines(string line, string expected) =>
        Assert.Equal(expected, TextfileLine.Parse(Encoding.UTF8.GetBytes(line), out _, out _, out _).ToString());

    [Fact]
    public void Bytes_that_are_not_text_are_refused() =>
        Assert.Equal(TextfileError.NotUtf8, TextfileLine.Parse([(byte)'a', 0xff], out _, out _, out _));

    [Fact]
    public void Files_become_readings_with_their_age()
    {
        Write("b.prom", "# TYPE backup_bytes gauge\nbackup_bytes{job=\"home\"} 1e9\nbackup_ok 1\n", ageSeconds: 90);
        Write("a.prom", "raid_disks 4\n", ageSeconds: -5);
        Write("a.prom.tmp", "no", ageSeconds: 0);
        Write(".hidden.prom", "no", ageSeconds: 0);

        Assert.Equal("a.prom age=0 ok=1 series=1; b.prom age=90 ok=1 series=2", Files(SampleOutcome.Ok));
        Assert.Equal("raid_disks=4; backup_bytes{job=\"home\"}=1000000000; backup_ok=1", Metrics());

        // The clock goes on, the file stays.
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Contains("b.prom age=97 ", Files(SampleOutcome.Ok), StringComparison.Ordinal);
        Assert.Empty(_logger.Lines);
        Assert.Equal(0, _metrics.TextfilesDropped);
    }

    [Fact]
    public void Files_may_change_come_and_go()
    {
        Write("a.prom", "x 1\n", 0);
        Files(SampleOutcome.Ok);
        Write("a.prom", "x 2\ny 3\n", 1);
        Write("c.prom", "z 4\n", 0);
        Files(SampleOutcome.Ok);
        Assert.Equal("x=1", Metrics());

        Wait();
        Files(SampleOutcome.Ok);
        Assert.Equal("x=2; y=3; z=4", Metrics());

        File.Delete(_folder["a.prom"]);
        Wait();
        Files(SampleOutcome.Ok);
        Assert.Equal("z=4", Metrics());
    }

    [Fact]
    public void A_malformed_file_is_named_with_its_line_once_and_costs_the_others_nothing()
    {
        Write("bad.prom", "x 1\n\ny one\n", 0);
        Write("twice.prom", "x 1\nx{} 2\n", 0);
        Write("good.prom", "z 1\n", 0);

        Assert.Equal(
            "bad.prom age=0 ok=0 series=0; good.prom age=0 ok=1 series=1; twice.prom age=0 ok=0 series=0",
            Files(SampleOutcome.Ok));
        Assert.Equal("z=1", Metrics());
        Assert.Equal(2, _logger.Lines.Count);
        Assert.StartsWith(
            $"Warning 1061 The textfile {_folder["bad.prom"]} is left out, because line 3 has no number", _logger.Lines[0], StringComparison.Ordinal);
        Assert.Contains("line 2 repeats a series", _logger.Lines[1], StringComparison.Ordinal);
        Assert.Equal(2, _metrics.TextfilesDropped);

        Wait();
        Files(SampleOutcome.Ok);
        Assert.Equal(2, _logger.Lines.Count);
    }

    [Fact]
    public void Every_limit_is_counted_and_named()
    {
        Write("a.prom", string.Concat(Enumerable.Range(0, TextfileDirectory.SeriesCountMax - 1).Select(number => $"s{number} 1\n")), 0);
        Write("b.prom", $"s0 1\n{new string('n', 193)} 1\nnan NaN\ninf +Inf\nlarge 1e31\nlast 1\nbeyond 1\n", 0);
        Assert.Contains("b.prom age=0 ok=1 series=7", Files(SampleOutcome.Ok), StringComparison.Ordinal);
        Assert.EndsWith("; last=1", Metrics(), StringComparison.Ordinal);
        Assert.Equal(6, _metrics.TextfilesDropped);
        Assert.StartsWith("Warning 1064 6 series ", Assert.Single(_logger.Lines), StringComparison.Ordinal);

        _logger.Clear();
        Write("b.prom", new string('#', TextfileDirectory.FileBytesMax + 1), 1);
        Wait();
        Files(SampleOutcome.Ok);
        Assert.StartsWith("Warning 1062 ", Assert.Single(_logger.Lines), StringComparison.Ordinal);

        _logger.Clear();
        for (var file = 0; file < TextfileDirectory.FileCountMax; file++)
        {
            Write($"{file}.prom", "", 0);
        }

        Wait();
        var before = _metrics.TextfilesDropped;
        Files(SampleOutcome.Ok);
        Assert.Equal(2, _metrics.TextfilesDropped - before);
        Assert.StartsWith("Warning 1063 2 files ", Assert.Single(_logger.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_a_failure_and_may_come()
    {
        using var sampler = new TextfileSampler(
            new TextfileDirectory(_folder["later"], _time, _metrics, _logger), _time, TimeSpan.FromMinutes(1));
        Assert.Equal(SampleOutcome.Failed, sampler.Sample(_builder));
        Assert.StartsWith("Warning 1065 ", Assert.Single(_logger.Lines), StringComparison.Ordinal);
        Assert.Equal(SampleOutcome.NoData, sampler.Sample(_builder));

        _folder.Write("later/a.prom", "x 1");
        Wait();
        Assert.Equal(SampleOutcome.Ok, sampler.Sample(_builder));
    }

    [Fact]
    public void Folders_and_pipes_in_place_of_files_are_left_out()
    {
        Directory.CreateDirectory(_folder["folder.prom"]);
        Write("good.prom", "z 1\n", 0);
        Assert.Contains("folder.prom ", Files(SampleOutcome.Ok), StringComparison.Ordinal);
        Assert.Equal("z=1", Metrics());
    }

    private void Wait() => _time.Advance(TimeSpan.FromSeconds(5));

    private void Write(string name, string content, int ageSeconds)
    {
        _folder.Write(name, content);
        File.SetLastWriteTimeUtc(_folder[name], _time.GetUtcNow().UtcDateTime.AddSeconds(-ageSeconds));
    }

    private NodeSnapshot Build() => _builder.Build("n", Snapshots.Header, labels: null);

    private string Files(SampleOutcome expected)
    {
        _builder.Reset();
        Assert.Equal(expected, _sampler.Sample(_builder));
        return Describe(Build().Section(TextfilesSection.Definition), entry => string.Create(
            CultureInfo.InvariantCulture,
            $"{entry.Name} age={entry[TextfilesSection.AgeSeconds]} ok={entry[TextfilesSection.Ok]} series={entry[TextfilesSection.Series]}"));
    }

    private string Metrics() => Describe(Build().Section(TextfileMetricsSection.Definition), entry =>
        string.Create(CultureInfo.InvariantCulture, $"{entry.Name}={entry[TextfileMetricsSection.Value]}"));

    private static string Describe(SectionReading? section, Func<SectionEntry, string> describe) =>
        string.Join("; ", Enumerable.Range(0, section?.EntryCount ?? 0).Select(index => describe(section![index])));
}
