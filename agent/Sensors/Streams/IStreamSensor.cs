using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Streams;

/// <summary>A sensor that has to be listened to for a while: a microphone, a particle counter.</summary>
internal interface IStreamSensor : IDisposable
{
    /// <summary>Gets the name of its entry in <c>sensors</c>: <c>pms5003</c>.</summary>
    string Name { get; }

    /// <summary>Gets what it is: <c>PMS5003</c>.</summary>
    string PartNumber { get; }

    /// <summary>Gets the time from the beginning of one measurement to that of the next.</summary>
    TimeSpan Period { get; }

    /// <summary>Gets a value indicating whether it is being listened to, but is not to be believed yet. May be asked
    /// from another thread.</summary>
    bool IsWarmingUp { get; }

    /// <summary>Gets the device that it is listened to by, for people.</summary>
    string Device { get; }

    /// <summary>Tells whether there is anything to be listened to; asked before a measurement, and cheap.</summary>
    bool IsWanted();

    /// <summary>Listens. Takes seconds or a minute, unless <see cref="Stop"/> is called meanwhile.</summary>
    /// <param name="into">Where values go; an entry has been begun.</param>
    /// <returns><see cref="DeviceOutcome.Ok"/> if there are values; <see cref="DeviceOutcome.Absent"/> if nobody
    /// answers.</returns>
    DeviceOutcome Measure(SectionBuilder into);

    /// <summary>Has a measurement end soon, for good. May be called from another thread.</summary>
    void Stop();
}
