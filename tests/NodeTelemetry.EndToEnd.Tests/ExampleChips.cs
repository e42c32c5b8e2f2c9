using System.Text.Json;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>The registers of chips in the worked examples of their datasheets.</summary>
internal static class ExampleChips
{
    /// <summary>Gets the examples.</summary>
    public static JsonElement Vectors { get; } =
        JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.Fixture("i2c", "vectors.json"))).RootElement;

    /// <summary>Gets the example of the BMP280's datasheet, section 3.12, with humidity.</summary>
    public static (byte First, string Hex)[] Bme280 =>
    [
        (0xD0, "60"), (0x88, Text(Vectors.GetProperty("bme280")[0], "r88_A1")),
        (0xE1, Text(Vectors.GetProperty("bme280")[0], "rE1_E7")), (0xF7, Text(Vectors.GetProperty("bme280")[0], "rF7_FE")),
    ];

    /// <summary>Gets that of the LTR559 with gain 96 and 100 ms, in the control registers as in the status.</summary>
    public static (byte First, string Hex)[] Ltr559 =>
        [(0x80, "1D"), (0x85, "02 92 05"), (0x88, Text(Light, "r88_8B") + "75")];

    /// <summary>Gets the example of the LTR559.</summary>
    public static JsonElement Light { get; } =
        Vectors.GetProperty("ltr559").EnumerateArray().First(static one =>
            one.GetProperty("gain").GetInt32() == 96 && one.GetProperty("int_ms").GetInt32() == 100);

    /// <summary>Gets a text of an example.</summary>
    public static string Text(JsonElement vector, string name) => vector.GetProperty(name).GetString()!;
}
