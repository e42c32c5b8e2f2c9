using NodeTelemetry.Collector.Storage.Database;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.History;

public sealed class HistoryCompactionTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly StorageBench _bench = new(static settings => settings with { CheckpointPeriod = Minute });
    private readonly DateTimeOffset _start;

    public HistoryCompactionTests() => _start = _bench.Time.GetUtcNow();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Complete_spans_are_compacted_and_say_the_same()
    {
        Fill(minutes: 30);
        var before = Ask();
        _bench.Run(TimeSpan.FromHours(1), TimeSpan.FromSeconds(30));
        Assert.True(_bench.Scalar("SELECT count(*) FROM history_column WHERE step = 60") > 0);
        Assert.Equal(0, _bench.Scalar($"SELECT count(*) FROM history_chunk WHERE step = 60 AND time < {_start.ToUnixTimeSeconds() + 1200}"));
        Assert.Equal(before, Ask());

        // The finest tier is kept for a day only.
        Assert.Equal(0, _bench.Scalar("SELECT count(*) FROM history_column WHERE step = 10"));
    }

    /// <summary>A sample that is an hour late, after a long failure of the network: only its node's rows are turned back.</summary>
    [Fact]
    public void Late_value_of_a_compacted_span_is_merged_and_compacted_again()
    {
        Fill(minutes: 30);
        _bench.Run(TimeSpan.FromHours(1), TimeSpan.FromSeconds(30));
        var columns = _bench.Scalar("SELECT count(*) FROM history_column");
        _bench.Sample("pi-1", 0.99, _start + (5 * Minute), isLate: true);
        _bench.Run(3 * Minute, 30 * Second);
        Assert.Equal(0.99, Ask().Single(static point => point.Node == "pi-1" && point.Minute == 5).High);
        Assert.Equal(0.5, Ask().Single(static point => point.Node == "pi-2" && point.Minute == 5).High);
        _bench.Run(10 * Minute, 30 * Second);
        Assert.Equal(columns, _bench.Scalar("SELECT count(*) FROM history_column"));
        Assert.Equal(0.99, Ask().Single(static point => point.Node == "pi-1" && point.Minute == 5).High);
    }

    /// <summary>Rows of version 13, a day of them: all are read at once, and after they have been compacted.</summary>
    [Fact]
    public void Rows_of_an_earlier_version_are_read_and_compacted()
    {
        Fill(minutes: 45);
        var before = Ask();
        ToEarlierVersion();
        Assert.Equal(before, Ask());
        _bench.Crash();
        Assert.Equal(before, Ask());
        _bench.Sample("pi-1", 0.99, _start + (5 * Minute), isLate: true);
        _bench.Run(3 * Minute, 30 * Second);
        Assert.Equal(
            [.. before.Select(static point => point with { High = point is { Node: "pi-1", Minute: 5 } ? 0.99 : point.High })], Ask());
        _bench.Run(TimeSpan.FromHours(2), TimeSpan.FromSeconds(30));
        Assert.Equal(0, Old("WHERE step > 10"));
        Assert.Equal(before.Count, Ask().Count);

        // A tier that is kept for a day is not rewritten: its rows expire.
        Assert.True(Old("WHERE step = 10") > 0);
        _bench.Run(TimeSpan.FromHours(24), TimeSpan.FromMinutes(5));
        Assert.Equal(0, Old(string.Empty));
    }

    /// <summary>Of each node a row in both tiers, its progress, and here its description, whose first time changes:
    /// whatever the number of samples and series.</summary>
    [Fact]
    public void A_checkpoint_changes_four_rows_for_each_node()
    {
        // A minute is written at the beginning of the next one, and the names of new nodes with the first one.
        CountChanges(nodes: 12);
        CountChanges(nodes: 12);
        var many = CountChanges(nodes: 12);
        CountChanges(nodes: 2);
        Assert.Equal(4 * 10, many - CountChanges(nodes: 2));
    }

    [Fact]
    public void Damaged_row_costs_nothing_else()
    {
        Fill(minutes: 5);
        _bench.Database.Session!.Execute("UPDATE history_chunk SET body = zeroblob(20) WHERE step = 60 AND time = (SELECT min(time) FROM history_chunk)");
        Assert.Equal(8, Ask().Count);
        Assert.True(_bench.Metrics.Storage.RowsDamaged.Value > 0);
    }

    private void Fill(int minutes)
    {
        for (var second = 0; second < minutes * 60; second += 20)
        {
            _bench.Sample("pi-1", 0.5);
            _bench.Sample("pi-2", 0.5);
            _bench.Run(20 * Second, 10 * Second);
        }

        _bench.Run(2 * Second, Second);
    }

    private int CountChanges(int nodes)
    {
        var before = _bench.Database.Session!.TotalChanges;
        for (var second = 0; second < 60; second += 2)
        {
            for (var node = 1; node <= nodes; node++)
            {
                _bench.Sample($"pi-{node}", 0.5, celsius: 40);
            }

            _bench.Run(2 * Second, 2 * Second);
        }

        return _bench.Database.Session!.TotalChanges - before;
    }

    private void ToEarlierVersion()
    {
        using var connection = _bench.Database.OpenReader()!;
        HistoryView.Create(connection);
        using var command = connection.CreateCommand();
        command.CommandText =
            "INSERT INTO main.history SELECT * FROM temp.history; DELETE FROM history_chunk; DELETE FROM history_column; "
            + "DROP TABLE history_chunk; DROP TABLE history_column; PRAGMA user_version = 13;";
        _bench.Database.Close();
        command.ExecuteNonQuery();
        using var schema = connection.CreateCommand();
#pragma warning disable CA2100 // The product's own statements.
        schema.CommandText = DatabaseSchema.Steps[^1] + "PRAGMA user_version = 14;";
#pragma warning restore CA2100
        schema.ExecuteNonQuery();
        Assert.True(_bench.Database.TryOpen(out _));
        _bench.Round();
    }

    private long Old(string condition) => _bench.Scalar($"SELECT count(*) FROM main.history {condition}");

    private List<(string Node, int Minute, double Mean, double High)> Ask() =>
    [
        .. from node in (string[])["pi-1", "pi-2"]
           let history = _bench.Query.Node(node, null, _start, _start + TimeSpan.FromHours(1), 60)
           from minute in Enumerable.Range(0, history.Times.Length)
           let reading = history.Readings.SingleOrDefault()
           where reading?.Avg[minute] is not null
           select (node, minute, Math.Round(reading.Min[minute]!.Value, 6), reading.Max[minute]!.Value),
    ];
}
