using NodeTelemetry.Collector.Run;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Run;

public class ShutdownTests
{
    [Fact]
    public async Task Each_part_is_stopped_in_turn_although_one_failed_and_the_fault_is_reported()
    {
        var stopped = new List<string>();
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => Shutdown.InTurnAsync(
            async () =>
            {
                await Task.Yield();
                throw new InvalidOperationException("receiver");
            },
            () => StopAsync("exporter"),
            () => Task.FromException(new InvalidDataException("alerts")),
            () => StopAsync("writer")));
        Assert.Equal("receiver", fault.Message);
        Assert.Equal(["exporter", "writer"], stopped);

        async Task StopAsync(string part)
        {
            await Task.Yield();
            stopped.Add(part);
        }
    }
}
