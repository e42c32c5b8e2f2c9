using System.Runtime.InteropServices;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Sensors.Streams;
using NodeTelemetry.Agent.Tests.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Streams;

/// <summary>A microphone at a sound card of the running kernel, the one that records what is played to it: where snd-aloop
/// is loaded.</summary>
public sealed class LoopbackCardTests
{
    private const string Card = "Loopback";

    /// <summary>SNDRV_PCM_IOCTL_WRITEI_FRAMES, PREPARE and the parameters.</summary>
    private const uint WriteFrames = 0x40184150;
    private const uint Prepare = 0x4140;
    private const uint SetParameters = 0xC2604111;

    private const int Rate = 48_000;

    private readonly KernelRoots _roots = new();
    private readonly LinuxDeviceCalls _calls = new();
    private readonly LinuxDeviceCalls _player = new();

    [Fact]
    public void A_played_tone_is_measured_at_its_level()
    {
        var capture = SoundCards.Find(_roots, Card);
        Assert.SkipWhen(capture is null, "This kernel has no loopback sound card: modprobe snd-aloop.");
        Assert.SkipWhen(nint.Size != sizeof(long), "The player is written for 64-bit processes.");

        using var stop = new CancellationTokenSource();
        using var isPlaying = new ManualResetEventSlim();
        var player = new Thread(() => Play(capture.Replace("D0c", "D1p", StringComparison.Ordinal), isPlaying, stop.Token));
        player.Start();
        try
        {
            Assert.True(isPlaying.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
            using var microphone = new Microphone(() => capture, Card, 0, _calls);
            var entry = SensorVectors.Entry();
            microphone.IsPresent();

            Assert.Equal(DeviceOutcome.Ok, microphone.Measure(entry));

            Assert.Equal(-20, entry.Values()[SensorsSection.SoundDecibelsFullScale]!.Value, 0.1);
            Assert.Equal(100, entry.Values()[SensorsSection.SoundDecibelsA]!.Value, 0.1);
            AssertTakenIsBusy(capture);
        }
        finally
        {
            stop.Cancel();
            player.Join();
        }
    }

    /// <summary>Who has all of the card's eight streams leaves nothing for others.</summary>
    private static void AssertTakenIsBusy(string capture)
    {
        var captures = new List<PcmCapture>();
        DeviceOutcome outcome;
        do
        {
            captures.Add(new PcmCapture(new LinuxDeviceCalls()));
            outcome = captures[^1].Open(capture);
        }
        while (outcome == DeviceOutcome.Ok && captures.Count < 32);

        captures.ForEach(static taken => taken.Dispose());
        Assert.NotEqual(DeviceOutcome.Ok, outcome);
    }

    private void Play(string path, ManualResetEventSlim isPlaying, CancellationToken token)
    {
        var descriptor = _player.Open(path, LibC.OpenToReadAndWrite);
        var parameters = new PcmParameters(new byte[PcmParameters.Length]);
        parameters.SetFormat(PcmFormat.Signed32);
        parameters.Narrow(PcmParameters.Channels, 2, 2);
        parameters.Narrow(PcmParameters.Rate, Rate, Rate);
        parameters.Narrow(PcmParameters.PeriodFrames, 1024, 4096);
        parameters.Narrow(PcmParameters.BufferFrames, 8192, 32_768);
        var result = _player.Control(descriptor, SetParameters, parameters.Bytes);
        result = result < 0 ? result : _player.Control(descriptor, Prepare, []);

        // 48 samples are a period of 1 kHz; the second channel is silent, as an Enviro's is.
        var samples = GC.AllocateArray<int>(2 * Rate / 10, pinned: true);
        for (var frame = 0; frame < samples.Length / 2; frame++)
        {
            samples[2 * frame] = (int)(0.1 * int.MaxValue * Math.Sin(2 * Math.PI * frame / 48));
        }

        Span<nint> transfer = [0, Marshal.UnsafeAddrOfPinnedArrayElement(samples, 0), samples.Length / 2];
        while (result >= 0 && !token.IsCancellationRequested)
        {
            result = _player.Control(descriptor, WriteFrames, MemoryMarshal.AsBytes(transfer));
            result = result == -32 ? _player.Control(descriptor, Prepare, []) : result;
            if (result >= 0)
            {
                isPlaying.Set();
            }
        }

        _player.Close(descriptor);
    }
}
