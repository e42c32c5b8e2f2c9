using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.System;

/// <summary>How far the clock can be trusted: what adjtimex(2) says of it, and whether the board has one that runs
/// while it is off.</summary>
/// <remarks>Whether there is a clock in <c>/sys/class/rtc</c> is looked up once a minute: its driver may come after the
/// agent.</remarks>
internal sealed class ClockSampler(KernelRoots roots, IKernelCalls calls, TimeProvider time) : ISampler, IDisposable
{
    private static readonly TimeSpan RtcPeriod = TimeSpan.FromMinutes(1);

    private readonly byte[] _clocks = Encoding.UTF8.GetBytes(roots.SysFile("class/rtc\0"));
    private readonly byte[] _classes = Encoding.UTF8.GetBytes(roots.SysFile("class\0"));
    private readonly FolderReader _folder = new();
    private readonly Cadence _rtcCadence = new(RtcPeriod, time);
    private bool? _hasRtc;

    /// <inheritdoc/>
    public string Name => "clock";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        var section = into.Section(ClockSection.Definition);
        if (_rtcCadence.IsDue())
        {
            _hasRtc = HasRtc();
        }

        if (_hasRtc is { } hasRtc)
        {
            section.Set(ClockSection.HasRtc, hasRtc);
        }

        if (!ClockStatus.TryRead(calls, out var status))
        {
            return SampleOutcome.Failed;
        }

        section.Set(ClockSection.Synchronised, status.IsSynchronised);
        section.Set(ClockSection.OffsetSeconds, status.OffsetSeconds);
        section.Set(ClockSection.ErrorMaxSeconds, status.ErrorMaxSeconds);
        return SampleOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    /// <summary>Looks for a clock; <see langword="null"/> if /sys cannot be seen at all.</summary>
    private bool? HasRtc()
    {
        var isFound = false;
        if (_folder.TryOpen(_clocks))
        {
            // rtc0 and others; each is a link to its device.
            while (!isFound && _folder.TryRead(out var name, out _))
            {
                isFound = name.Length > 3 && name.StartsWith("rtc"u8) && char.IsAsciiDigit((char)name[3]);
            }

            return isFound;
        }

        return _folder.TryOpen(_classes) ? false : null;
    }
}
