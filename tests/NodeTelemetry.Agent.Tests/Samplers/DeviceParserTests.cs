using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Agent.Samplers.Disks;
using NodeTelemetry.Agent.Samplers.Network;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers;

/// <summary>The parsers of disks, interfaces and sensors with bytes that no kernel writes: they may refuse, never
/// throw.</summary>
public sealed class DeviceParserTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    public void Random_bytes_throw_nowhere(int seed)
    {
        var random = new Random(seed);
        var buffer = new byte[300];
        for (var round = 0; round < 5_000; round++)
        {
            var text = buffer.AsSpan(0, random.Next(buffer.Length));
            random.NextBytes(text);
            Feed(text);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    public void Damaged_kernel_files_throw_nowhere(int seed)
    {
        var random = new Random(seed);
        var originals = Directory.GetFiles(RepositoryRoot.Fixture("hosts"), "*", SearchOption.AllDirectories)
            .Where(static path => Path.GetFileName(path) is "mountinfo" or "diskstats" or "dev" or "life_time")
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes)
            .Where(static bytes => bytes.Length > 0)
            .ToArray();
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = (byte[])originals[random.Next(originals.Length)].Clone();
            for (var change = random.Next(1, 9); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] =
                    (byte)(random.Next(3) == 0 ? random.Next(256) : "0123456789 \n:-\\/"[random.Next(16)]);
            }

            Feed(bytes.AsSpan(0, random.Next(bytes.Length)));
        }
    }

    private static void Feed(ReadOnlySpan<byte> text)
    {
        MountSelection.Select(text, NameFilter.None, out _);
        var lines = new AsciiReader(text);
        while (lines.TryReadLine(out var line))
        {
            MountInfo.Parse(line);
            if (DiskCounters.TryReadName(line, out _, out var disk))
            {
                _ = DiskCounters.TryParse(ref disk, out _);
            }

            if (InterfaceCounters.TryReadName(line, out _, out var link))
            {
                _ = InterfaceCounters.TryParse(ref link, out _);
            }
        }

        NetworkInterface.ParseSpeed(text);
        _ = SensorInput.TryParse(text, 1, out _);
        _ = KernelNumber.TryParse(text, out _);
        _ = MmcSampler.TryParseLife(text, out _, out _);
        _ = MmcSampler.TryParsePreEndOfLife(text, out _);
        _ = WifiLink.ParseStations(text, 28);
    }
}
