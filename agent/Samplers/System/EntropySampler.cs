using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.System;

/// <summary>The entropy of the kernel's random numbers from <c>/proc/sys/kernel/random/entropy_avail</c>.</summary>
/// <remarks>Source: random(4). Constant since Linux 5.18; before, programs wait while it is low.
/// Cost: one small file in <see cref="Period"/>.</remarks>
internal sealed class EntropySampler(KernelRoots roots, TimeProvider time) : ISampler, IDisposable
{
    /// <summary>Programs that wait do so for minutes.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private readonly KernelNumber _file = new(roots.ProcFile("sys/kernel/random/entropy_avail"));
    private readonly Cadence _cadence = new(Period, time);
    private double? _bits;

    /// <inheritdoc/>
    public string Name => "entropy";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        if (_cadence.IsDue())
        {
            _bits = _file.TryRead(out var bits) && bits >= 0 ? bits : null;
        }

        into.Set(SystemSection.EntropyBits, _bits);
        return _bits is null ? SampleOutcome.NoData : SampleOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
