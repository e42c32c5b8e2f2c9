using NodeTelemetry.Collector.Export;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Export;

public class PoisonBrakeTests
{
    [Fact]
    public void Bad_documents_among_more_good_ones_are_given_up_at_once() =>
        Assert.Null(new PoisonBrake().Judge(taken: 10, refused: 10, areAlike: true, suspicion: null));

    [Fact]
    public void Bad_documents_of_different_kinds_are_given_up_when_others_were_taken() =>
        Assert.Null(new PoisonBrake().Judge(taken: 1, refused: 10, areAlike: false, suspicion: null));

    [Fact]
    public void Nothing_is_given_up_when_nothing_was_taken_though_the_reasons_differ() =>
        Assert.NotNull(new PoisonBrake().Judge(taken: 0, refused: 10, areAlike: false, suspicion: null));

    [Fact]
    public void Nothing_is_ever_given_up_while_everything_is_refused()
    {
        var brake = new PoisonBrake();

        // That all went well before says nothing about now.
        brake.Judge(taken: 1_000_000, refused: 0, areAlike: true, suspicion: null);
        var suspicions = Enumerable.Range(0, 8)
            .Select(_ => brake.Judge(taken: 0, refused: 1, areAlike: true, suspicion: null)).ToArray();
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            Assert.All(suspicions, suspicion =>
                Assert.NotNull(brake.Judge(taken: 0, refused: 1, areAlike: true, suspicion)));
        }
    }

    [Fact]
    public void They_are_given_up_when_refused_again_after_more_were_taken_than_refused()
    {
        var brake = new PoisonBrake();
        var suspicion = brake.Judge(taken: 0, refused: 2, areAlike: true, suspicion: null);
        brake.Judge(taken: 2, refused: 0, areAlike: true, suspicion: null);
        Assert.Same(suspicion, brake.Judge(taken: 0, refused: 2, areAlike: true, suspicion));
        brake.Judge(taken: 1, refused: 0, areAlike: true, suspicion: null);

        // This request may have been on its way when the repair came.
        suspicion = brake.Judge(taken: 0, refused: 2, areAlike: true, suspicion);
        Assert.NotNull(suspicion);
        Assert.Null(brake.Judge(taken: 0, refused: 2, areAlike: true, suspicion));
    }

    [Fact]
    public void A_repair_in_the_middle_of_a_request_gives_nothing_up()
    {
        var brake = new PoisonBrake();
        var suspicion = brake.Judge(taken: 0, refused: 400, areAlike: true, suspicion: null);
        Assert.NotNull(brake.Judge(taken: 230, refused: 170, areAlike: true, suspicion));
    }
}
