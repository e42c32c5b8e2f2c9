using System.Globalization;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.Disks;

/// <summary>The wear that eMMC devices report in <c>/sys/block/mmcblk*/device</c>. SD cards report none.</summary>
internal sealed class MmcSampler(KernelRoots roots, NameFilter filter, TimeProvider time) : ISampler
{
    /// <summary>It changes within months, and the kernel reads it only when the device starts.</summary>
    public static readonly TimeSpan RescanPeriod = TimeSpan.FromMinutes(10);

    /// <summary>More than any board has.</summary>
    private const int DeviceCountMax = 8;
    private const int TextBytesMax = 64;

    /// <summary>Each step is a tenth of the lifetime; the eleventh means that it is exceeded.</summary>
    private const int LifeStepMax = 11;
    private const double StepsInALife = 10;
    private const int PreEndOfLifeMax = 3;

    private readonly List<MmcWear> _devices = [];
    private long? _scanned;

    /// <inheritdoc/>
    public string Name => "mmc";

    /// <summary>Parses <c>life_time</c>.</summary>
    /// <remarks>
    /// Source: Documentation/driver-api/mmc/mmc-dev-attrs.rst; JEDEC JESD84-B51, DEVICE_LIFE_TIME_EST_TYP_A and _B.
    /// Shape: <c>0x01 0x02</c>: 1 is up to a tenth of the life used, 10 all of it, 11 more; 0 is undefined,
    /// and higher numbers are reserved.
    /// </remarks>
    /// <returns><see langword="false"/> if it is neither.</returns>
    public static bool TryParseLife(ReadOnlySpan<byte> text, out double? typeA, out double? typeB)
    {
        typeA = typeB = null;
        var words = new AsciiReader(text.TrimEnd((byte)'\n'));
        if (!words.TryReadWord(out var first) || !TryParseHex(first, out var a)
            || !words.TryReadWord(out var second) || !TryParseHex(second, out var b))
        {
            return false;
        }

        typeA = Share(a);
        typeB = Share(b);
        return true;

        static double? Share(int step) => step is 0 or > LifeStepMax ? null : Math.Min(step / StepsInALife, 1);
    }

    /// <summary>Parses <c>pre_eol_info</c>.</summary>
    /// <remarks>Source: as above, PRE_EOL_INFO. Shape: <c>0x01</c>; 0 is undefined, above 3 reserved.</remarks>
    public static bool TryParsePreEndOfLife(ReadOnlySpan<byte> text, out int? state)
    {
        var isSound = TryParseHex(text.TrimEnd((byte)'\n'), out var number);
        state = isSound && number is > 0 and <= PreEndOfLifeMax ? number : null;
        return isSound;
    }

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        if (_scanned is not { } scanned || time.GetElapsedTime(scanned) >= RescanPeriod)
        {
            _scanned = time.GetTimestamp();
            _devices.Clear();
            foreach (var folder in KernelRoots.NumberedFolders(roots.SysFile("block"), "mmcblk", DeviceCountMax))
            {
                var name = Path.GetFileName(folder);
                if (filter.Decide(name) ?? true)
                {
                    _devices.Add(Read(name, Path.Join(folder, "device")));
                }
            }
        }

        var outcome = SampleOutcome.NoData;
        var section = into.Section(MmcSection.Definition);
        foreach (var device in _devices)
        {
            if (device.IsDamaged)
            {
                outcome = SampleOutcome.Failed;
            }

            if (device.HasReadings && section.Begin(device.Name))
            {
                section.Set(MmcSection.LifeARatio, device.LifeARatio);
                section.Set(MmcSection.LifeBRatio, device.LifeBRatio);
                section.Set(MmcSection.PreEndOfLife, device.PreEndOfLife);
                section.Set(MmcSection.ProductName, device.ProductName);
                outcome = outcome == SampleOutcome.NoData ? SampleOutcome.Ok : outcome;
            }
        }

        return outcome;
    }

    private static MmcWear Read(string name, string folder)
    {
        Span<byte> buffer = stackalloc byte[TextBytesMax];
        double? typeA = null, typeB = null;
        int? state = null;
        var isDamaged =
            KernelFile.ReadOnce(Path.Join(folder, "life_time"), buffer, out var length) == FileOutcome.Ok
            && !TryParseLife(buffer[..length], out typeA, out typeB);
        isDamaged |=
            KernelFile.ReadOnce(Path.Join(folder, "pre_eol_info"), buffer, out length) == FileOutcome.Ok
            && !TryParsePreEndOfLife(buffer[..length], out state);
        return new MmcWear(
            name,
            typeA,
            typeB,
            state,
            KernelText.ReadFile(Path.Join(folder, "name"), WireLimits.TextBytesMax),
            isDamaged);
    }

    private static bool TryParseHex(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        return text.StartsWith("0x"u8)
            && int.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
            && value is >= 0 and <= byte.MaxValue;
    }
}
