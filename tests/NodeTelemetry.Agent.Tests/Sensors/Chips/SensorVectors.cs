using System.Text.Json;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Chips;

/// <summary>The worked examples in <c>fixtures/i2c/vectors.json</c>, whose README says where they come from.</summary>
internal static class SensorVectors
{
    private static readonly JsonDocument Document =
        JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.Fixture("i2c", "vectors.json")));

    /// <summary>Gets the chips, and whatever else has examples.</summary>
    public static IEnumerable<string> Kinds => Document.RootElement.EnumerateObject().Select(static kind => kind.Name);

    /// <summary>Gets the examples of a chip.</summary>
    public static List<JsonElement> Of(string chip) => [.. Document.RootElement.GetProperty(chip).EnumerateArray()];

    /// <summary>Gets bytes that stand there as hexadecimal digits.</summary>
    public static byte[] Bytes(this JsonElement vector, string name) => Bytes(vector.Text(name));

    /// <summary>Gets bytes from hexadecimal digits, with spaces between them or not.</summary>
    public static byte[] Bytes(string hex) =>
        Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal));

    /// <summary>Gets a text.</summary>
    public static string Text(this JsonElement vector, string name) => vector.GetProperty(name).GetString()!;

    /// <summary>Gets a number.</summary>
    public static double Number(this JsonElement vector, string name) => vector.GetProperty(name).GetDouble();

    /// <summary>Begins a sensor's entry.</summary>
    public static SectionBuilder Entry(string name = "chip")
    {
        var builder = new SectionBuilder(SensorsSection.Definition);
        builder.Begin(name);
        return builder;
    }

    /// <summary>Gets what has been written to the entry.</summary>
    public static SectionEntry Values(this SectionBuilder builder) => builder.Build()![0];

    /// <summary>Identifies a chip, starts it and lets it measure.</summary>
    /// <returns>Its first entry.</returns>
    public static SectionEntry StartAndMeasure(this IChipDriver chip)
    {
        var entry = Entry();
        Assert.True(chip.Identify().IsKnown);
        Assert.Equal(BusOutcome.Ok, chip.Start());
        Assert.Equal(BusOutcome.Ok, chip.Measure(entry));
        return entry.Values();
    }
}
