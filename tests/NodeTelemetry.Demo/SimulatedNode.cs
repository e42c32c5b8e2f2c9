using System.Security.Cryptography;
using System.Text;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Demo;

/// <summary>A node that exists only as its readings, which depend on its name, its kind and the time.</summary>
internal sealed class SimulatedNode
{
    /// <summary>The interval; short, so that the page is lively.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private const double LossRatio = 0.2;

    /// <summary>How long a failing or rebooting node sends.</summary>
    private static readonly TimeSpan AliveFor = TimeSpan.FromSeconds(40);

    /// <summary>How long it is silent.</summary>
    private static readonly TimeSpan AwayFor = TimeSpan.FromSeconds(30);

    private readonly BoardKind _board;
    private readonly Behaviour _behaviour;
    private readonly Random _random;
    private readonly string _node;
    private readonly double _phase;
    private readonly int _address;
    private readonly KeyValuePair<string, string>[] _labels;
    private readonly SimulatedSections _sections;
    private readonly Hat _hat;
    private DateTimeOffset _started;
    private uint _boot;
    private uint _run;
    private long _sequence;
    private long _ticks;
    private double _load;
    private double _temperature;

    /// <summary>Initializes a new instance of the <see cref="SimulatedNode"/> class.</summary>
    public SimulatedNode(
        string hostname, string rack, BoardKind board, Behaviour behaviour, Hat hat, DateTimeOffset now)
    {
        Hostname = hostname;
        _board = board;
        _behaviour = behaviour;
        var seed = SHA256.HashData(Encoding.UTF8.GetBytes(hostname));
        _random = new Random(BitConverter.ToInt32(seed));
        _node = Convert.ToHexStringLower(seed.AsSpan(0, WireLimits.NodeDigits / 2));
        _phase = _random.NextDouble() * Math.Tau;
        _started = now - TimeSpan.FromHours(_random.Next(1, 2000));
        _labels = [new("rack", rack), new("role", behaviour == Behaviour.Busy ? "compute" : "worker")];
        _boot = (uint)_random.Next();
        _run = (uint)_random.Next();
        _temperature = board.IdleCelsius;
        _address = _random.Next(10, 250);
        _hat = hat;
        _sections = new SimulatedSections(board, behaviour, hat, _random);
    }

    /// <summary>Gets the host name.</summary>
    public string Hostname { get; }

    /// <summary>Gets the sample of the next tick.</summary>
    /// <returns><see langword="null"/> when nothing is to be sent: it is silent, or the datagram is lost.</returns>
    public NodeSnapshot? Next(DateTimeOffset now)
    {
        var tick = _ticks++;
        var life = (int)((AliveFor + AwayFor) / Interval);
        var age = (int)(tick % life);
        var isMortal = _behaviour is Behaviour.Dying or Behaviour.Rebooting;
        var aliveTicks = (int)(AliveFor / Interval);
        if (isMortal && age >= aliveTicks)
        {
            return null;
        }

        if (isMortal && age == 0 && tick > 0)
        {
            _run = (uint)_random.Next();
            _boot = (uint)_random.Next();
            _started = now;
            _sequence = 0;
        }

        var snapshot = Sample(now);
        if (_behaviour == Behaviour.Rebooting && age == aliveTicks - 1)
        {
            snapshot = snapshot with { Bye = new ByeReading("reboot", (int)AwayFor.TotalSeconds) };
        }

        return _behaviour == Behaviour.Lossy && _random.NextDouble() < LossRatio ? null : snapshot;
    }

    /// <summary>Gets the goodbye that it sends when the demo ends.</summary>
    public NodeSnapshot Goodbye(DateTimeOffset now) => Sample(now) with { Bye = new ByeReading("stop", null) };

    private NodeSnapshot Sample(DateTimeOffset now)
    {
        var usage = UsageAt(now);
        _load += ((usage * _board.Cores) - _load) / 20;
        var isThrottled = _behaviour == Behaviour.Throttled;
        var target = isThrottled ? 84 : _board.IdleCelsius + (usage * 28);
        _temperature += (target - _temperature) / 15;
        var isAboutDue = _sequence % (long)(WireLimits.AboutPeriod / Interval) == 0;
        var used = 0.25 + (0.2 * usage) + (0.1 * (1 + Math.Sin(_phase + (now.ToUnixTimeSeconds() / 900.0))));
        return new NodeSnapshot
        {
            Hostname = Hostname,
            Header = new SampleHeader
            {
                Node = _node,
                Boot = _boot,
                Run = _run,
                Sequence = _sequence++,
                TimeMilliseconds = now.ToUnixTimeMilliseconds(),
                IntervalMilliseconds = (int)Interval.TotalMilliseconds,
                UptimeSeconds = (long)(now - _started).TotalSeconds,
            },
            Sections =
            [
                Summary(usage, isThrottled), Cores(usage), Load(), Memory(used),
                .. _sections.Next(usage, _temperature, now, (now - _started).TotalSeconds),
            ],
            About = isAboutDue ? _board.About(_address, _hat) : null,
            Labels = isAboutDue ? _labels : null,
        };
    }

    private SectionReading Summary(double usage, bool isThrottled)
    {
        var megahertz = isThrottled ? _board.Megahertz * 0.4 : usage > 0.3 ? _board.Megahertz : _board.Megahertz / 2;
        var section = new SectionBuilder(CpuSummarySection.Definition);
        section.Set(CpuSummarySection.FrequencyHertz, megahertz * 1e6);
        section.Set(
            CpuSummarySection.TemperatureCelsius,
            _board.HasTemperature ? _temperature + (_random.NextDouble() * 0.5) : null);
        section.Set(CpuSummarySection.UsageRatio, usage);
        return section.Build()!;
    }

    private SectionReading Cores(double usage)
    {
        var section = new SectionBuilder(CoreUsageSection.Definition);
        for (var core = 0; core < _board.Cores; core++)
        {
            section.Begin(name: null);
            section.Set(CoreUsageSection.UsageRatio, Ratio(usage + Noise(0.15)));
        }

        return section.Build()!;
    }

    private SectionReading Load()
    {
        var section = new SectionBuilder(LoadSection.Definition);
        section.Set(LoadSection.OneMinute, _load);
        section.Set(LoadSection.FiveMinutes, _load * 0.9);
        section.Set(LoadSection.FifteenMinutes, _load * 0.8);
        return section.Build()!;
    }

    private SectionReading Memory(double used)
    {
        var total = _board.MemoryBytes;
        var section = new SectionBuilder(MeminfoSection.Definition);
        section.Set(MeminfoSection.TotalBytes, total);
        section.Set(MeminfoSection.FreeBytes, (long)(total * (1 - used) / 2));
        section.Set(MeminfoSection.AvailableBytes, (long)(total * (1 - used)));
        section.Set(MeminfoSection.BuffersBytes, total / 50);
        section.Set(MeminfoSection.CachedBytes, total / 5);
        section.Set(MeminfoSection.SwapTotalBytes, 0);
        section.Set(MeminfoSection.SwapFreeBytes, 0);
        return section.Build()!;
    }

    private double UsageAt(DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeMilliseconds() / 1000.0;
        var wave = (1 + Math.Sin(_phase + (seconds / 40))) / 2;
        return Ratio(_behaviour switch
        {
            Behaviour.Busy => 0.35 + (0.6 * wave) + Noise(0.06),
            Behaviour.Throttled => 0.97 + Noise(0.03),
            _ => 0.04 + (0.12 * wave) + Math.Abs(Noise(0.05)),
        });
    }

    private double Noise(double width) => (_random.NextDouble() - 0.5) * 2 * width;

    private static double Ratio(double value) => Math.Clamp(value, 0, 1);
}
