using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>A sensor that delivers a stream, such as a microphone or a particle counter.</summary>
internal interface IStreamSensor : IDisposable
{
    /// <summary>Gets the name of its entry in <c>sensors</c>, such as <c>pms5003</c>.</summary>
    string Name { get; }

    /// <summary>Gets the part number, such as <c>PMS5003</c>.</summary>
    string PartNumber { get; }

    /// <summary>Gets the time from the start of one measurement to the start of the next.</summary>
    TimeSpan Period { get; }

    /// <summary>Gets a value indicating whether it is running but its values are not credible yet. Thread-safe.
    /// </summary>
    bool IsWarmingUp { get; }

    /// <summary>Gets the path of its device, for messages.</summary>
    string Device { get; }

    /// <summary>Returns whether the device exists. Called before each measurement, so it must be cheap.</summary>
    bool IsPresent();

    /// <summary>Measures. Takes seconds or a minute, unless <see cref="Stop"/> is called.</summary>
    /// <param name="into">Receives the values; an entry has been begun.</param>
    /// <returns><see cref="DeviceOutcome.Ok"/> if there are values;
    /// <see cref="DeviceOutcome.Absent"/> if the device does not respond.</returns>
    DeviceOutcome Measure(SectionBuilder into);

    /// <summary>Ends the current measurement soon, for good. Thread-safe.</summary>
    void Stop();
}
