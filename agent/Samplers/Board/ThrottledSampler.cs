using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>The throttling flags of a Raspberry Pi: all eight from the firmware's mailbox or the kernel's copy,
/// or the under-voltage flag of hwmon.</summary>
/// <remarks>
/// Source: the mailbox <c>/dev/vcio</c>, <c>/dev/vcio_gencmd</c>, <c>get_throttled</c> in sysfs,
/// <c>rpi_volt</c> in hwmon, in this order; the first available source is used.
/// The sticky flags are also kept here, because the kernel occasionally clears those of the firmware.
/// Zero models have no under-voltage detector.
/// </remarks>
internal sealed class ThrottledSampler : ISampler, IDisposable
{
    /// <summary>The minimum query period: a reply of the firmware takes about 100 µs.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>How often the sources are searched, because a driver may load shortly after the agent starts.</summary>
    private static readonly TimeSpan SearchPeriod = TimeSpan.FromMinutes(1);

    /// <summary>The number of searches on a machine that does not call itself a Raspberry Pi.</summary>
    private const int SearchCountMax = 5;

    private const int SensorCountMax = 64;
    private const int KernelNameBytesMax = 64;
    private const uint UndervoltageBit = 1;
    private const int EverShift = 16;
    private const uint NowMask = 0xF;

    private static readonly FieldDefinition[] Now =
    [
        ThrottledSection.UndervoltageNow, ThrottledSection.FrequencyCappedNow, ThrottledSection.ThrottledNow,
        ThrottledSection.SoftTemperatureLimitNow,
    ];

    private static readonly FieldDefinition[] Ever =
    [
        ThrottledSection.UndervoltageEver, ThrottledSection.FrequencyCappedEver, ThrottledSection.ThrottledEver,
        ThrottledSection.SoftTemperatureLimitEver,
    ];

    private readonly KernelRoots _roots;
    private readonly IKernelCalls _calls;
    private readonly string _mailbox;
    private readonly string _commands;
    private readonly Cadence _cadence;
    private readonly Cadence _search;
    private readonly uint[] _message = new uint[FirmwareMessage.CommandWords];
    private readonly byte[] _buffer = new byte[32];
    private KernelFile? _sysfs;
    private KernelFile? _alarm;
    private readonly bool _isBoard;
    private bool _isFound;
    private int _searches;
    private uint _bits;
    private uint _known;
    private SampleOutcome _outcomeBetween = SampleOutcome.NoData;

    /// <summary>Initializes a new instance of the <see cref="ThrottledSampler"/> class.</summary>
    public ThrottledSampler(KernelRoots roots, IKernelCalls calls, TimeProvider time)
    {
        _roots = roots;
        _isBoard = BoardModel.Read(roots)?.StartsWith("Raspberry Pi", StringComparison.Ordinal) == true;
        _calls = calls;
        _mailbox = roots.DevFile("vcio");
        _commands = roots.DevFile("vcio_gencmd");
        _cadence = new Cadence(Period, time);
        _search = new Cadence(SearchPeriod, time);
    }

    /// <inheritdoc/>
    public string Name => "throttled";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        if (!_isFound && (_isBoard || _searches < SearchCountMax) && _search.IsDue())
        {
            _searches++;
            Search();
        }

        var outcome = _outcomeBetween;
        if (_isFound && _cadence.IsDue())
        {
            outcome = Read();
            _outcomeBetween = outcome == SampleOutcome.Failed ? SampleOutcome.NoData : outcome;
        }

        var section = into.Section(ThrottledSection.Definition);
        for (var index = 0; index < Now.Length; index++)
        {
            if ((_known & (1u << index)) != 0)
            {
                section.Set(Now[index], (_bits & (1u << index)) != 0);
                section.Set(Ever[index], (_bits & (1u << (index + EverShift))) != 0);
            }
        }

        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sysfs?.Dispose();
        _alarm?.Dispose();
    }

    /// <summary>Searches for the sources, which only a Raspberry Pi has.</summary>
    private void Search()
    {
        // soc/soc:firmware, or soc@107c000000 and axi on later boards.
        foreach (var bus in KernelRoots.Folders(_roots.SysFile("devices/platform")))
        {
            foreach (var device in KernelRoots.Folders(bus))
            {
                var path = Path.Join(device, "get_throttled");
                if (device.EndsWith("firmware", StringComparison.Ordinal) && File.Exists(path))
                {
                    _sysfs ??= new KernelFile(path);
                }
            }
        }

        foreach (var folder in KernelRoots.NumberedFolders(_roots.SysFile("class/hwmon"), "hwmon", SensorCountMax))
        {
            if (KernelText.ReadFile(Path.Join(folder, "name"), KernelNameBytesMax) == "rpi_volt")
            {
                _alarm ??= new KernelFile(Path.Join(folder, "in0_lcrit_alarm"));
            }
        }

        _isFound = _sysfs is not null || _alarm is not null || File.Exists(_mailbox) || File.Exists(_commands);
    }

    private SampleOutcome Read()
    {
        var ever = _bits & (NowMask << EverShift);
        if (TryReadMailbox(out var bits) || TryReadSysfs(out bits))
        {
            _bits = bits | ever | ((bits & NowMask) << EverShift);
            _known = NowMask;
            return SampleOutcome.Ok;
        }

        _known = 0;
        var outcome = FileOutcome.Absent;
        var length = 0;
        if (_alarm is not null)
        {
            outcome = _alarm.Read(_buffer, out length);
        }

        if (outcome != FileOutcome.Ok)
        {
            // A mailbox that did not reply, or a file that cannot be read.
            return SampleOutcome.Failed;
        }

        if (!new AsciiReader(_buffer.AsSpan(0, length)).TryReadInteger(out var alarm) || alarm > 1)
        {
            return SampleOutcome.Failed;
        }

        _bits = (uint)alarm | ((uint)alarm << EverShift) | ever;
        _known = UndervoltageBit;
        return SampleOutcome.Ok;
    }

    private bool TryReadMailbox(out uint bits)
    {
        bits = 0;
        FirmwareMessage.RequestThrottled(_message);
        if (_calls.CallFirmware(_mailbox, _message.AsSpan(0, FirmwareMessage.ThrottledWords)) == 0
            && FirmwareMessage.TryReadThrottled(_message, out bits))
        {
            return true;
        }

        FirmwareMessage.RequestCommand(_message, "get_throttled"u8);
        return _calls.CallFirmware(_commands, _message) == 0
            && FirmwareMessage.TryReadCommand(_message, out var text)
            && FirmwareMessage.TryParseThrottled(text, out bits);
    }

    private bool TryReadSysfs(out uint bits)
    {
        bits = 0;
        return _sysfs is not null
            && _sysfs.Read(_buffer, out var length) == FileOutcome.Ok
            && FirmwareMessage.TryParseThrottled(_buffer.AsSpan(0, length), out bits);
    }
}
