using System.Net.Sockets;
using System.Text;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.System;
using NodeTelemetry.Agent.Tests.Bus;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.System;

/// <summary>A bus on a real socket: the sampler asks at one tick, the test replies, the sampler receives at a later
/// one.</summary>
public sealed class SystemdSamplerTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly SamplerBench _bench = new("vm-no-sensors");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly SystemdSampler _sampler;

    public SystemdSamplerTests()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(BusPath)!);
        _sampler = _bench.Own(new SystemdSampler(_bench.Host.Roots(), _bench.Time));
    }

    private string BusPath => Path.Combine(_bench.Host.Root, "run/dbus/system_bus_socket");

    public void Dispose()
    {
        _listener.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public void Without_a_bus_there_is_nothing()
    {
        Assert.Null(_bench.Section(SystemSection.Definition, SampleOutcome.NoData, _sampler));
        _bench.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.Null(_bench.Section(SystemSection.Definition, SampleOutcome.NoData, _sampler));
    }

    [Fact]
    public async Task The_count_is_received_later_and_requested_again_on_the_same_connection()
    {
        using var client = await ListenAndAsk();
        var asked = Receive(client);
        Assert.StartsWith("\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\nl", asked, StringComparison.Ordinal);
        Assert.Contains("NFailedUnits", asked, StringComparison.Ordinal);
        _bench.Sample(SampleOutcome.NoData, _sampler);

        // In pieces, with the answer to Hello and a signal before it.
        var answer = (byte[])[.. "DATA\r\nOK 1234deadbeef\r\n"u8, .. BusWriter.Message(2, 1, "s", Text(":1.7")),
            .. BusWriter.Message(4, 0, "s", Text(":1.7")), .. Answer(2, 3)];
        foreach (var piece in answer.Chunk(40))
        {
            Assert.NotEqual(3, FailedUnits());
            client.Send(piece);
        }

        Eventually(() => FailedUnits() == 3);
        client.Send(BusWriter.Message(4, 0, "s", Text("noise")));
        Assert.Equal(3, FailedUnits());

        _bench.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(3, FailedUnits());
        Assert.Contains("NFailedUnits", Receive(client), StringComparison.Ordinal);
        client.Send(Answer(3, 0));
        Eventually(() => FailedUnits() == 0);
    }

    [Fact]
    public async Task An_error_is_a_failure_and_no_count()
    {
        using var client = await ListenAndAsk();
        Receive(client);
        client.Send((byte[])[.. "DATA\r\nOK 1\r\n"u8, .. BusWriter.Message(3, 2, "s", Text("AccessDenied"))]);
        Eventually(() => SampleOf() == SampleOutcome.Failed);
        Assert.Null(FailedUnits());
    }

    [Theory]
    [InlineData("REJECTED EXTERNAL\r\n")]
    [InlineData("DATA\r\nOK 1\r\nB\x03\0\x01garbage that is no message of this bus")]
    [InlineData("DATA\r\nOK 1\r\nl\x02\0\x01\xff\xff\xff\x00 a message longer than any answer")]
    public async Task A_malformed_reply_closes_the_connection_and_the_next_period_opens_another(string answer)
    {
        using (var client = await ListenAndAsk())
        {
            Receive(client);
            client.Send(Encoding.Latin1.GetBytes(answer));
            Eventually(() => SampleOf() == SampleOutcome.Failed);
        }

        _bench.Time.Advance(TimeSpan.FromSeconds(15));
        SampleOf();
        using var next = await _listener.AcceptAsync(TestContext.Current.CancellationToken);
        Receive(next);
        next.Send((byte[])[.. "DATA\r\nOK 1\r\n"u8, .. Answer(3, 1)]);
        Eventually(() => FailedUnits() == 1);
    }

    [Fact]
    public async Task A_bus_that_ends_takes_the_count_with_it()
    {
        using (var client = await ListenAndAsk())
        {
            Receive(client);
            client.Send((byte[])[.. "DATA\r\nOK 1\r\n"u8, .. Answer(2, 4)]);
            Eventually(() => FailedUnits() == 4);
        }

        _listener.Dispose();
        File.Delete(BusPath);
        _bench.Time.Advance(TimeSpan.FromSeconds(15));
        SampleOf();
        Eventually(() => FailedUnits() is null);
    }

    [Fact]
    public async Task A_bus_that_never_answers_costs_no_tick_and_is_left()
    {
        using var client = await ListenAndAsk();
        _bench.Sample(SampleOutcome.NoData, _sampler);
        _bench.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(SampleOutcome.Failed, SampleOf());
    }

    private static BusWriter Text(string text)
    {
        var body = new BusWriter();
        body.Text(text);
        return body;
    }

    private static byte[] Answer(int serial, int count)
    {
        var body = new BusWriter();
        body.Bytes(1, (byte)'u', 0);
        body.Integer(count);
        return BusWriter.Message(2, serial, "v", body);
    }

    private static string Receive(Socket client)
    {
        var buffer = new byte[4096];
        return Encoding.Latin1.GetString(buffer, 0, client.Receive(buffer));
    }

    private static void Eventually(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, Deadline), "It did not happen.");

    private async Task<Socket> ListenAndAsk()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(BusPath));
        _listener.Listen();
        _bench.Sample(SampleOutcome.NoData, _sampler);
        return await _listener.AcceptAsync(TestContext.Current.CancellationToken);
    }

    private SampleOutcome SampleOf()
    {
        _bench.Builder.Reset();
        return _sampler.Sample(_bench.Builder);
    }

    private double? FailedUnits()
    {
        SampleOf();
        return _bench.Builder.Build("n", Snapshots.Header, null).Section(SystemSection.Definition)?[SystemSection.FailedUnits];
    }
}
