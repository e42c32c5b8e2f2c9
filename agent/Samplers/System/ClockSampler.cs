using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.System;

/// <summary>Clock synchronisation from adjtimex(2), and whether the board has a real-time clock.</summary>
/// <remarks>Looks for a clock in <c>/sys/class/rtc</c> once a minute:
/// its driver may load after the agent started.</remarks>
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

    /// <summary>Looks for a real-time clock; <see langword="null"/> if /sys is not readable.</summary>
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
