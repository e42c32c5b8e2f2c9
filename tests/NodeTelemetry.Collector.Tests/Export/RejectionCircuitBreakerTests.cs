using NodeTelemetry.Collector.Export;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Export;

public class RejectionCircuitBreakerTests
{
    private const string Index = "metrics-2026.11.03";

    private static readonly Rejection Parsing = new(Index, "mapper_parsing_exception");

    private readonly ManualTimeProvider _time = new();
    private readonly RejectionCircuitBreaker _breaker;

    public RejectionCircuitBreakerTests() => _breaker = new RejectionCircuitBreaker(_time);

    [Fact]
    public void Few_bad_documents_among_more_good_ones_become_dead_letters_at_once() =>
        Assert.Null(Evaluate(accepted: 11, rejected: 10));

    [Fact]
    public void No_document_is_discarded_when_none_was_accepted() => Assert.NotNull(Evaluate(accepted: 0, rejected: 1));

    [Fact]
    public void Many_rejected_for_the_same_reason_wait_although_most_are_accepted() => Assert.NotNull(Evaluate(accepted: 1900, rejected: 100));

    // A mapping that rejects one document in ten of small batches: no batch shows it alone.
    [Fact]
    public void Few_of_every_batch_wait_when_they_become_many()
    {
        var discarded = Enumerable.Range(0, 100).Count(_ => Evaluate(accepted: 18, rejected: 2) is null);
        Assert.Equal(5, discarded);
    }

    // One in a thousand is normal for sensors, however long it lasts.
    [Fact]
    public void Few_of_very_many_always_become_dead_letters()
    {
        for (var batch = 0; batch < 1000; batch++)
        {
            Assert.Null(Evaluate(accepted: 1998, rejected: 2));
        }
    }

    [Fact]
    public void Documents_that_one_index_accepts_are_no_evidence_about_another()
    {
        var evidence = Evaluate(accepted: 0, rejected: 5);
        _breaker.OnAccepted("metrics-2026.11.04", 1_000_000);
        Assert.False(Evaluate(accepted: 0, rejected: 5, evidence)!.IsHalfOpen);
        _breaker.OnAccepted(Index, 6);
        Assert.True(Evaluate(accepted: 0, rejected: 5, evidence)!.IsHalfOpen);
    }

    [Fact]
    public void All_indices_are_evidence_about_requests_that_one_document_breaks()
    {
        var alone = new Rejection(string.Empty, "Malformed");
        var evidence = _breaker.Evaluate(alone, accepted: 0, rejected: 1, null);
        _breaker.OnAccepted(Index, 2);
        Assert.True(_breaker.Evaluate(alone, accepted: 0, rejected: 1, evidence)!.IsHalfOpen);
    }

    [Fact]
    public void No_document_is_ever_discarded_while_all_are_rejected()
    {
        // Earlier success is no evidence.
        Evaluate(accepted: 1_000_000, rejected: 1);
        var waiting = Enumerable.Range(0, 8).Select(_ => Evaluate(accepted: 0, rejected: 1)).ToArray();
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            Assert.All(waiting, evidence => Assert.False(Evaluate(accepted: 0, rejected: 1, evidence)!.IsHalfOpen));
        }
    }

    [Fact]
    public void Documents_rejected_again_after_others_were_accepted_become_dead_letters()
    {
        var evidence = Evaluate(accepted: 0, rejected: 2);
        _breaker.OnAccepted(Index, 2);
        Assert.False(Evaluate(accepted: 0, rejected: 2, evidence)!.IsHalfOpen);
        _breaker.OnAccepted(Index, 1);

        // This request may have been on its way when the repair came.
        evidence = Evaluate(accepted: 0, rejected: 2, evidence);
        Assert.True(evidence!.IsHalfOpen);
        Assert.Null(Evaluate(accepted: 0, rejected: 2, evidence));
    }

    [Fact]
    public void Circuit_opens_again_when_others_are_rejected_meanwhile()
    {
        var evidence = Evaluate(accepted: 0, rejected: 1);
        _breaker.OnAccepted(Index, 20);
        evidence = Evaluate(accepted: 0, rejected: 1, evidence);
        Assert.True(evidence!.IsHalfOpen);
        Evaluate(accepted: 0, rejected: 50);
        Assert.False(Evaluate(accepted: 0, rejected: 1, evidence)!.IsHalfOpen);
    }

    [Fact]
    public void Circuit_of_a_whole_bad_batch_is_half_open_after_a_hundred_times_as_many_good_documents()
    {
        var evidence = Evaluate(accepted: 0, rejected: 100);
        _breaker.OnAccepted(Index, 9800);
        Assert.False(Evaluate(accepted: 0, rejected: 100, evidence)!.IsHalfOpen);
        _breaker.OnAccepted(Index, 100);
        Assert.True(Evaluate(accepted: 0, rejected: 100, evidence)!.IsHalfOpen);
    }

    [Fact]
    public void Repair_in_the_middle_of_a_request_discards_no_document()
    {
        var evidence = Evaluate(accepted: 0, rejected: 400);
        Assert.NotNull(Evaluate(accepted: 230, rejected: 170, evidence));
    }

    [Fact]
    public void Circuit_is_forgotten_when_nothing_is_rejected_any_more_and_waiting_documents_open_another()
    {
        Assert.False(_breaker.IsTracking);
        var evidence = Evaluate(accepted: 0, rejected: 1);
        Assert.True(_breaker.IsTracking);
        _time.Advance(TimeSpan.FromMinutes(16));
        _breaker.OnAccepted(Index, 1);
        Assert.False(_breaker.IsTracking);
        Assert.False(Evaluate(accepted: 5, rejected: 1, evidence)!.IsHalfOpen);
    }

    [Fact]
    public void Number_of_circuits_is_bounded_for_any_responses()
    {
        RejectionEvidence? first = null;
        for (var number = 0; number < 300; number++)
        {
            var evidence = _breaker.Evaluate(new Rejection(Index, $"reason {number}"), accepted: 0, rejected: 1, null);
            first ??= evidence;
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        // The first circuit was forgotten: its documents open another one and are not discarded.
        _breaker.OnAccepted(Index, 5);
        var again = _breaker.Evaluate(new Rejection(Index, "reason 0"), accepted: 0, rejected: 1, first);
        Assert.False(again!.IsHalfOpen);
        Assert.NotSame(first!.Counts, again.Counts);
    }

    private RejectionEvidence? Evaluate(int accepted, int rejected, RejectionEvidence? evidence = null)
    {
        _breaker.OnAccepted(Index, accepted);
        return _breaker.Evaluate(Parsing, accepted, rejected, evidence);
    }
}
