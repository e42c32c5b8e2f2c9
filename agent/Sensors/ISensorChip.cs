using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors;

/// <summary>One chip on a bus: a driver of its own, for chips that no kernel driver has bound.</summary>
internal interface ISensorChip
{
    /// <summary>Gets the name of its entry in <c>sensors</c>: <c>bme280</c>.</summary>
    string Name { get; }

    /// <summary>Gets its part number: <c>BME280</c>.</summary>
    string PartNumber { get; }

    /// <summary>Looks for the chip by its identity and sets it up.</summary>
    /// <returns><see cref="BusOutcome.NoAnswer"/> if it is not there or is another chip.</returns>
    BusOutcome Start();

    /// <summary>Measures. May take as long as the chip's longest conversion.</summary>
    /// <param name="into">Where values go; an entry has been begun.</param>
    /// <returns><see cref="BusOutcome.Ok"/> also if the chip had nothing to say yet.</returns>
    BusOutcome Measure(SectionBuilder into);
}
