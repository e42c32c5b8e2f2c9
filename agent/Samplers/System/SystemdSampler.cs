using NodeTelemetry.Agent.Bus;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.System;

/// <summary>The number of failed systemd units: the property <c>NFailedUnits</c> on the system bus,
/// which every user may read.</summary>
/// <remarks>Source: org.freedesktop.systemd1(5). Never waits: it reads the reply at a later tick than the request.
/// A value is up to <see cref="Period"/> and a tick old; without replies none is sent.</remarks>
internal sealed class SystemdSampler : ISampler, IDisposable
{
    /// <summary>Units fail rarely: frequent queries would only load systemd.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    private readonly byte[] _call = BusMessage.Call(
        1,
        "org.freedesktop.systemd1",
        "/org/freedesktop/systemd1",
        "org.freedesktop.DBus.Properties",
        "Get",
        "org.freedesktop.systemd1.Manager",
        "NFailedUnits");

    private readonly BusConnection _bus;
    private readonly Cadence _cadence;
    private uint _serial = 1;
    private bool _isAsked;
    private uint? _failedUnits;

    /// <summary>Initializes a new instance of the <see cref="SystemdSampler"/> class.</summary>
    public SystemdSampler(KernelRoots roots, TimeProvider time)
    {
        _bus = new BusConnection(roots.RunFile("dbus/system_bus_socket"));
        _cadence = new Cadence(Period, time);
    }

    /// <inheritdoc/>
    public string Name => "systemd";

    /// <summary>Parses the reply: a variant that holds a number.</summary>
    /// <remarks>Source: D-Bus specification, "Marshaling". Allocates: nothing.</remarks>
    /// <returns><see langword="false"/> if it holds something else.</returns>
    public static bool TryParse(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> body, out uint value)
    {
        value = 0;
        var reader = new BusReader(body);
        return signature.SequenceEqual("v"u8)
            && reader.TryReadSignature(out var type) && type.SequenceEqual("u"u8)
            && reader.TryReadInteger(out value);
    }

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        var outcome = Receive();
        if (_cadence.IsDue())
        {
            // A reply that is so late will not come.
            outcome = _isAsked ? SampleOutcome.Failed : outcome;
            outcome = Ask() ?? outcome;
        }

        if (_failedUnits is { } count)
        {
            into.Section(SystemSection.Definition).Set(SystemSection.FailedUnits, count);
            return outcome == SampleOutcome.Failed ? outcome : SampleOutcome.Ok;
        }

        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose() => _bus.Dispose();

    private SampleOutcome Receive()
    {
        if (!_isAsked)
        {
            return SampleOutcome.NoData;
        }

        if (_bus.TryReceive(_serial, out var fields, out var body))
        {
            _isAsked = false;
            var isSound = TryParse(fields.Signature, body, out var count) && fields.Error.IsEmpty;
            _failedUnits = isSound ? count : null;
            return isSound ? SampleOutcome.Ok : SampleOutcome.Failed;
        }

        if (_bus.IsOpen)
        {
            return SampleOutcome.NoData;
        }

        _isAsked = false;
        _failedUnits = null;
        return SampleOutcome.Failed;
    }

    /// <summary>Sends a new request, on the same connection unless it is closed:
    /// the bus may have been restarted.</summary>
    /// <returns><see langword="null"/> on success.</returns>
    private SampleOutcome? Ask()
    {
        BusMessage.SetSerial(_call, ++_serial);
        if (!_isAsked && _bus.IsOpen && _bus.TrySend(_call))
        {
            _isAsked = true;
            return null;
        }

        _failedUnits = null;
        var error = _bus.Open();
        _isAsked = error == 0 && _bus.TrySend(_call);

        // Machines without systemd, and most containers, have no bus.
        return _isAsked ? null
            : error is LibC.NoEntry or LibC.NotDirectory ? SampleOutcome.NoData
            : SampleOutcome.Failed;
    }
}
