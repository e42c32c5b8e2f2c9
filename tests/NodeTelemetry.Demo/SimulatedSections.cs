using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Demo;

/// <summary>The sections of a simulated node: disks, network, sensors and the others of a real node.</summary>
/// <param name="board">The board.</param>
/// <param name="behaviour">The behaviour.</param>
/// <param name="hat">The board that it carries.</param>
/// <param name="random">The source of random numbers.</param>
internal sealed class SimulatedSections(BoardKind board, Behaviour behaviour, Hat hat, Random random)
{
    private const double Gigabyte = 1e9;

    /// <summary>A card that is nearly full, so that the page shows one.</summary>
    private const double FullRatio = 0.965;

    private readonly double _usedRatio = behaviour == Behaviour.Lossy ? FullRatio : 0.2 + (0.5 * random.NextDouble());
    private readonly SimulatedAir _air = new(hat, random);
    private double _seconds;
    private double _busySeconds;
    private double _receivedBytes = 1e9 * random.NextDouble();
    private double _sentBytes = 1e9 * random.NextDouble();
    private double _readBytes = 1e9 * random.NextDouble();
    private double _writtenBytes = 1e9 * random.NextDouble();

    /// <summary>Gets the sections of the next sample.</summary>
    /// <param name="usage">The CPU usage, 0 to 1.</param>
    /// <param name="celsius">The CPU temperature.</param>
    /// <param name="now">The time, which determines the environment.</param>
    /// <param name="upSeconds">Its uptime.</param>
    public IReadOnlyList<SectionReading> Next(double usage, double celsius, DateTimeOffset now, double upSeconds)
    {
        var step = SimulatedNode.Interval.TotalSeconds;
        _seconds += step;
        _busySeconds += step * usage * 0.1;
        _receivedBytes += step * (20e3 + (4e6 * usage * random.NextDouble()));
        _sentBytes += step * (15e3 + (2e6 * usage * random.NextDouble()));
        _readBytes += step * 3e5 * usage * random.NextDouble();
        _writtenBytes += step * (5e3 + (8e5 * usage * random.NextDouble()));
        List<SectionReading?> sections =
        [
            Pressure(usage), Throttled(), board.HasTemperature ? Temperatures(celsius) : null, Fans(celsius), _air.Next(now.ToLocalTime(), celsius), Filesystems(),
            Disks(upSeconds), Network(), Clock(), System(),
        ];
        return [.. sections.OfType<SectionReading>()];
    }

    private static SectionReading Temperatures(double celsius)
    {
        var section = new SectionBuilder(TemperaturesSection.Definition);
        section.Begin("cpu-thermal");
        section.Set(TemperaturesSection.Celsius, celsius);
        section.Set(TemperaturesSection.CriticalCelsius, 110);
        return section.Build()!;
    }

    private SectionReading Pressure(double usage)
    {
        var section = new SectionBuilder(PressureSection.Definition);
        section.Set(PressureSection.CpuSomeRatio, Math.Max(0, usage - 0.5) * 0.6);
        section.Set(PressureSection.IoSomeRatio, usage * 0.03);
        section.Set(PressureSection.MemorySomeRatio, 0);
        section.Set(PressureSection.CpuSomeSeconds, _busySeconds);
        return section.Build()!;
    }

    private SectionReading? Throttled()
    {
        if (!board.Model.StartsWith("Raspberry", StringComparison.Ordinal))
        {
            return null;
        }

        var isThrottled = behaviour == Behaviour.Throttled;
        var section = new SectionBuilder(ThrottledSection.Definition);
        section.Set(ThrottledSection.UndervoltageNow, value: false);
        section.Set(ThrottledSection.ThrottledNow, isThrottled);
        section.Set(ThrottledSection.UndervoltageEver, isThrottled);
        section.Set(ThrottledSection.ThrottledEver, isThrottled);
        return section.Build();
    }

    private SectionReading? Fans(double celsius)
    {
        if (board != BoardKind.Pi5)
        {
            return null;
        }

        var section = new SectionBuilder(FansSection.Definition);
        section.Begin("pwmfan");
        section.Set(FansSection.Rpm, Math.Round(Math.Max(0, celsius - 45) * 180));
        section.Set(FansSection.DutyRatio, Math.Clamp((celsius - 45) / 30, 0, 1));
        return section.Build();
    }

    private SectionReading Filesystems()
    {
        var section = new SectionBuilder(FilesystemsSection.Definition);
        Filesystem(section, "/", "ext4", "/dev/mmcblk0p2", 31 * Gigabyte, _usedRatio);
        if (board.Architecture != "x64")
        {
            Filesystem(section, "/boot/firmware", "vfat", "/dev/mmcblk0p1", 0.5 * Gigabyte, 0.14);
        }

        return section.Build()!;
    }

    private static void Filesystem(
        SectionBuilder section, string mountPoint, string type, string device, double size, double usedRatio)
    {
        section.Begin(mountPoint);
        section.Set(FilesystemsSection.FsType, type);
        section.Set(FilesystemsSection.Device, device);
        section.Set(FilesystemsSection.SizeBytes, Math.Round(size));
        section.Set(FilesystemsSection.FreeBytes, Math.Round(size * (1 - usedRatio)));
        section.Set(FilesystemsSection.AvailableBytes, Math.Round(size * (1 - usedRatio)));
        section.Set(FilesystemsSection.UsedRatio, usedRatio);
        section.Set(FilesystemsSection.ReadOnly, value: false);
    }

    private SectionReading Disks(double upSeconds)
    {
        var section = new SectionBuilder(DisksSection.Definition);
        section.Begin(board.Architecture == "x64" ? "vda" : "mmcblk0");
        section.Set(DisksSection.ReadBytes, Math.Round(_readBytes));
        section.Set(DisksSection.WrittenBytes, Math.Round(_writtenBytes));
        section.Set(DisksSection.BusySeconds, _busySeconds);
        section.Set(DisksSection.WrittenPerDayBytes, Math.Round(_writtenBytes / Math.Max(3600, upSeconds) * 86_400));
        return section.Build()!;
    }

    private SectionReading Network()
    {
        var section = new SectionBuilder(NetworkSection.Definition);
        var isWireless = board == BoardKind.Zero2;
        section.Begin(isWireless ? "wlan0" : "eth0");
        section.Set(NetworkSection.ReceivedBytes, Math.Round(_receivedBytes));
        section.Set(NetworkSection.SentBytes, Math.Round(_sentBytes));
        section.Set(NetworkSection.ReceiveDrops, behaviour == Behaviour.Lossy ? Math.Round(_seconds / 5) : 0);
        section.Set(NetworkSection.Up, value: true);
        if (isWireless)
        {
            section.Set(NetworkSection.SignalDecibels, -52 - Math.Round(6 * random.NextDouble()));
            section.Set(NetworkSection.WifiBytesPerSecond, 72.2e6 / 8);
        }
        else
        {
            section.Set(NetworkSection.SpeedBytesPerSecond, 1e9 / 8);
        }

        return section.Build()!;
    }

    private SectionReading Clock()
    {
        var section = new SectionBuilder(ClockSection.Definition);
        section.Set(ClockSection.Synchronised, value: true);
        section.Set(ClockSection.OffsetSeconds, 0.0004 * (random.NextDouble() - 0.5));
        return section.Build()!;
    }

    private SectionReading System()
    {
        var section = new SectionBuilder(SystemSection.Definition);
        section.Set(SystemSection.FailedUnits, behaviour == Behaviour.Throttled ? 1 : 0);
        section.Set(SystemSection.Containers, behaviour == Behaviour.Busy ? 7 : 0);
        return section.Build()!;
    }
}
