using NodeTelemetry.Collector.Export;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Export;

public class RejectionCircuitBreakerTests
{
    private const string Index = "metrics-2026.11.03";

    private static readonly Rejection Parsing = new(Index, "mapper_parsing_exception");

    private readonly ManualTimeProvider _time = new();
    private readonly RejectionCircuitBreaker _brake;

    public RejectionCircuitBreakerTests() => _brake = new RejectionCircuitBreaker(_time);

    [Fact]
    public void Few_bad_documents_among_more_good_ones_are_given_up_at_once() =>
        Assert.Null(Judge(taken: 11, refused: 10));

    [Fact]
    public void Nothing_is_given_up_when_nothing_was_taken() => Assert.NotNull(Judge(taken: 0, refused: 1));

    [Fact]
    public void Many_refused_alike_are_held_though_most_are_taken() => Assert.NotNull(Judge(taken: 1900, refused: 100));

    // A mapping that refuses one document in ten of small batches: none of them shows it, all together do.
    [Fact]
    public void Few_of_every_batch_are_held_when_they_become_many()
    {
        var given = Enumerable.Range(0, 100).Count(_ => Judge(taken: 18, refused: 2) is null);
        Assert.Equal(5, given);
    }

    // One in a thousand, for as long as it likes, is what sensors do.
    [Fact]
    public void Few_of_very_many_are_given_up_for_ever()
    {
        for (var batch = 0; batch < 1000; batch++)
        {
            Assert.Null(Judge(taken: 1998, refused: 2));
        }
    }

    [Fact]
    public void What_one_index_takes_says_nothing_about_another()
    {
        var suspicion = Judge(taken: 0, refused: 5);
        _brake.OnAccepted("metrics-2026.11.04", 1_000_000);
        Assert.False(Judge(taken: 0, refused: 5, suspicion)!.IsLastTry);
        _brake.OnAccepted(Index, 6);
        Assert.True(Judge(taken: 0, refused: 5, suspicion)!.IsLastTry);
    }

    [Fact]
    public void Requests_that_one_document_breaks_are_judged_by_all_indices()
    {
        var alone = new Rejection(string.Empty, "Malformed");
        var suspicion = _brake.Judge(alone, taken: 0, refused: 1, null);
        _brake.OnAccepted(Index, 2);
        Assert.True(_brake.Judge(alone, taken: 0, refused: 1, suspicion)!.IsLastTry);
    }

    [Fact]
    public void Nothing_is_ever_given_up_while_everything_is_refused()
    {
        // That all went well before says nothing about now.
        Judge(taken: 1_000_000, refused: 1);
        var suspicions = Enumerable.Range(0, 8).Select(_ => Judge(taken: 0, refused: 1)).ToArray();
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            Assert.All(suspicions, suspicion => Assert.False(Judge(taken: 0, refused: 1, suspicion)!.IsLastTry));
        }
    }

    [Fact]
    public void They_are_given_up_when_refused_again_after_others_were_taken()
    {
        var suspicion = Judge(taken: 0, refused: 2);
        _brake.OnAccepted(Index, 2);
        Assert.False(Judge(taken: 0, refused: 2, suspicion)!.IsLastTry);
        _brake.OnAccepted(Index, 1);

        // This request may have been on its way when the repair came.
        suspicion = Judge(taken: 0, refused: 2, suspicion);
        Assert.True(suspicion!.IsLastTry);
        Assert.Null(Judge(taken: 0, refused: 2, suspicion));
    }

    [Fact]
    public void Last_try_is_none_when_meanwhile_others_are_refused_as_well()
    {
        var suspicion = Judge(taken: 0, refused: 1);
        _brake.OnAccepted(Index, 20);
        suspicion = Judge(taken: 0, refused: 1, suspicion);
        Assert.True(suspicion!.IsLastTry);
        Judge(taken: 0, refused: 50);
        Assert.False(Judge(taken: 0, refused: 1, suspicion)!.IsLastTry);
    }

    [Fact]
    public void A_whole_batch_of_bad_documents_is_given_up_after_a_hundred_times_as_many_good_ones()
    {
        var suspicion = Judge(taken: 0, refused: 100);
        _brake.OnAccepted(Index, 9800);
        Assert.False(Judge(taken: 0, refused: 100, suspicion)!.IsLastTry);
        _brake.OnAccepted(Index, 100);
        Assert.True(Judge(taken: 0, refused: 100, suspicion)!.IsLastTry);
    }

    [Fact]
    public void A_repair_in_the_middle_of_a_request_gives_nothing_up()
    {
        var suspicion = Judge(taken: 0, refused: 400);
        Assert.NotNull(Judge(taken: 230, refused: 170, suspicion));
    }

    [Fact]
    public void It_stops_watching_when_nothing_is_refused_any_more_and_judges_anew_what_still_waits()
    {
        Assert.False(_brake.IsWatching);
        var suspicion = Judge(taken: 0, refused: 1);
        Assert.True(_brake.IsWatching);
        _time.Advance(TimeSpan.FromMinutes(16));
        _brake.OnAccepted(Index, 1);
        Assert.False(_brake.IsWatching);
        Assert.False(Judge(taken: 5, refused: 1, suspicion)!.IsLastTry);
    }

    [Fact]
    public void Memory_is_bounded_whatever_the_server_says()
    {
        RejectionEvidence? first = null;
        for (var number = 0; number < 300; number++)
        {
            var suspicion = _brake.Judge(new Rejection(Index, $"reason {number}"), taken: 0, refused: 1, null);
            first ??= suspicion;
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        // The first was forgotten: it is judged anew, and not given up for want of memory.
        _brake.OnAccepted(Index, 5);
        var again = _brake.Judge(new Rejection(Index, "reason 0"), taken: 0, refused: 1, first);
        Assert.False(again!.IsLastTry);
        Assert.NotSame(first!.Watch, again.Watch);
    }

    private RejectionEvidence? Judge(int taken, int refused, RejectionEvidence? suspicion = null)
    {
        _brake.OnAccepted(Index, taken);
        return _brake.Judge(Parsing, taken, refused, suspicion);
    }
}
