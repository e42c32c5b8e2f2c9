using System.Buffers.Binary;
using System.Text.Json;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Agent.Tests.Samplers;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Chips;

/// <summary>Every worked example of <c>vectors.json</c>, and every figure of each: one that nothing looks at is an
/// error of this test.</summary>
public sealed class SensorVectorTests
{
    /// <summary>How each kind of example is checked.</summary>
    private static readonly Dictionary<string, Action<Vector>> Checks = new()
    {
        ["bme280"] = CheckBme280,
        ["ltr559"] = CheckLtr559,
        ["ads1015"] = CheckAds1015,
        ["pms5003"] = CheckPms5003,
        ["throttled"] = CheckThrottled,
        ["hts221"] = CheckHts221,
        ["lps25h"] = CheckLps25h,
        ["lsm9ds1"] = CheckLsm9ds1,
        ["tcs3400"] = CheckTcs3400,
    };

    /// <summary>What the examples call the firmware's conditions.</summary>
    private static readonly (string Name, FieldDefinition Now, FieldDefinition Since)[] Bits =
    [
        ("uv", ThrottledSection.UndervoltageNow, ThrottledSection.UndervoltageEver),
        ("cap", ThrottledSection.FrequencyCappedNow, ThrottledSection.FrequencyCappedEver),
        ("throttled", ThrottledSection.ThrottledNow, ThrottledSection.ThrottledEver),
        ("soft", ThrottledSection.SoftTemperatureLimitNow, ThrottledSection.SoftTemperatureLimitEver),
    ];

    public static TheoryData<string, int> Examples
    {
        get
        {
            var examples = new TheoryData<string, int>();
            foreach (var kind in SensorVectors.Kinds)
            {
                for (var index = 0; index < SensorVectors.Of(kind).Count; index++)
                {
                    examples.Add(kind, index);
                }
            }

            return examples;
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_gives_what_it_says_and_nothing_of_it_is_left_over(string kind, int index)
    {
        Assert.True(Checks.TryGetValue(kind, out var check), $"Nothing checks the examples of '{kind}'.");
        var vector = new Vector(SensorVectors.Of(kind)[index]);

        check(vector);

        Assert.Empty(vector.Unused);
    }

    private static void CheckBme280(Vector vector)
    {
        var name = vector["name"].GetString()!;
        var data = vector.Bytes("rF7_FE");
        var expected = vector.Numbers("dbl_C_Pa_RH");
        double[] raw =
        [
            (data[0] << 12) | (data[1] << 4) | (data[2] >> 4), (data[3] << 12) | (data[4] << 4) | (data[5] >> 4),
            (data[6] << 8) | data[7],
        ];
        Assert.Equal(vector.Numbers("raw_pth"), raw);
        var calibration = new Bme280Calibration(vector.Bytes("r88_A1"), vector.Bytes("rE1_E7"));
        var entry = SensorVectors.Entry();

        Bme280.Compensate(data, calibration, entry);

        // The same through a chip that has these registers.
        var device = SimulatedChips.Bme280(name);
        var read = new Bme280(device, device.Wait).StartAndMeasure();
        foreach (var values in new[] { entry.Values(), read })
        {
            Assert.Equal(expected[0], values[SensorsSection.TemperatureCelsius]!.Value, 1e-7);
            Assert.Equal(expected[1], values[SensorsSection.PressurePascals]!.Value, 1e-5);
            Assert.Equal(expected[2] / 100, values[SensorsSection.HumidityRatio]!.Value, 1e-10);
        }

        // What the kernel's driver makes of them in whole numbers lies within its rounding; and the 32-bit form's.
        var whole = vector.Numbers("int_tfine_cC_PaQ8_RHQ10");
        Assert.Equal(whole[0], calibration.Fine((int)raw[1]), 16.0);
        Assert.Equal(whole[1] / 100, read[SensorsSection.TemperatureCelsius]!.Value, 0.01);
        Assert.Equal(whole[2] / 256, read[SensorsSection.PressurePascals]!.Value, 2.0);
        Assert.Equal(whole[3] / 1024 / 100, read[SensorsSection.HumidityRatio]!.Value, 1e-3);
        Assert.Equal(vector["int32_Pa"].GetDouble(), read[SensorsSection.PressurePascals]!.Value, 6.0);
    }

    private static void CheckLtr559(Vector vector)
    {
        var bytes = vector.Bytes("r88_8B");
        Assert.Equal(vector["ch1"].GetInt32(), bytes[0] | (bytes[1] << 8));
        Assert.Equal(vector["ch0"].GetInt32(), bytes[2] | (bytes[3] << 8));
        var expected = vector["lux"].GetDouble();
        var isSaturated = vector["ch0"].GetInt32() == 0xFFFF;

        var lux = Ltr559.Lux(
            vector["ch0"].GetInt32(), vector["ch1"].GetInt32(), vector["gain"].GetInt32(), vector["int_ms"].GetDouble());

        // The mismatched values would still yield a number, but a wrong one.
        Assert.Equal(isSaturated, lux is null);
        Assert.Equal(isSaturated ? 0 : expected, lux ?? 0, 1e-4);
    }

    private static void CheckAds1015(Vector vector)
    {
        Assert.Contains(vector["chip"].GetString(), (string[])["ADS1015", "ADS1115"]);
        var volts = Ads1015.Volts(BinaryPrimitives.ReadInt16BigEndian(vector.Bytes("reg")));
        Assert.Equal(vector["volts"].GetDouble(), volts!.Value, 1e-9);

        var ohms = Mics6814.Ohms(volts.Value);
        Assert.Equal(vector["rs_ohm"].ValueKind == JsonValueKind.Null, ohms is null);
        if (ohms is { } resistance)
        {
            Assert.Equal(vector["rs_ohm"].GetDouble(), resistance, 1e-3);
        }
    }

    private static void CheckPms5003(Vector vector)
    {
        var bytes = vector.Bytes("frame");
        var words = vector.Numbers("words");
        for (var word = 0; word < words.Length; word++)
        {
            Assert.Equal(words[word], BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(4 + (2 * word))));
        }

        var frame = Pms5003Frame.Parse(bytes);
        Assert.Equal((words[3], words[4], words[5]), (frame.Pm1, frame.Pm25, frame.Pm10));
        Assert.Equal(words.All(static word => word == 0), frame.IsEmpty);
    }

    private static void CheckThrottled(Vector vector)
    {
        using var bench = new SamplerBench("rpi4-bookworm");
        bench.Write("dev/vcio", vector["v"].GetString()![2..]);

        var throttled = bench.Section(
            ThrottledSection.Definition,
            SampleOutcome.Ok,
            bench.Own(new ThrottledSampler(bench.Host.Roots(), bench.Kernel, bench.Time)))!;

        foreach (var (name, now, since) in Bits)
        {
            Assert.Equal(vector.Texts("now").Contains(name), throttled[now] == 1);
            Assert.Equal(vector.Texts("since").Contains(name), throttled[since] == 1);
        }
    }

    private static void CheckHts221(Vector vector)
    {
        var entry = SensorVectors.Entry();

        Hts221.Convert(vector.Bytes("r28_2B"), vector.Bytes("r30_3F"), entry);

        Assert.Equal(vector["C"].GetDouble(), entry.Values()[SensorsSection.TemperatureCelsius]!.Value, 1e-5);
        Assert.Equal(vector["RH"].GetDouble() / 100, entry.Values()[SensorsSection.HumidityRatio]!.Value, 1e-7);

        // IioChipTests reads these through files; here only that they are the same measurement.
        Assert.Equal(6, vector["iio"].EnumerateObject().Count());
        Assert.Equal(vector["C"].GetDouble(), vector["iio_C"].GetDouble(), 0.01);
        Assert.Equal(vector["RH"].GetDouble(), vector["iio_RH"].GetDouble(), 0.05);
    }

    private static void CheckLps25h(Vector vector)
    {
        var entry = SensorVectors.Entry();

        Lps25h.Convert(vector.Bytes("r28_2C"), entry);

        Assert.Equal(vector["hPa"].GetDouble() * 100, entry.Values()[SensorsSection.PressurePascals]!.Value, 1e-6);
        Assert.Equal(vector["C"].GetDouble(), entry.Values()[SensorsSection.TemperatureCelsius]!.Value, 1e-9);
    }

    private static void CheckLsm9ds1(Vector vector)
    {
        var entry = SensorVectors.Entry();
        if (vector.Has("temp_raw"))
        {
            Assert.Equal(vector["C"].GetDouble(), Lsm9ds1Motion.Celsius(Bytes(vector["temp_raw"].GetDouble())));
        }
        else if (vector.Has("fs_g"))
        {
            var control = vector["fs_g"].GetInt32() == 16 ? 0x68 : 0x60;
            Lsm9ds1Motion.SetAcceleration(Bytes(vector.Numbers("accel_raw")), (byte)control, entry);
            var expected = vector.Numbers("g");
            Assert.Equal(expected[0], entry.Values()[SensorsSection.AccelerationX]!.Value / 9.80665, 1e-6);
            Assert.Equal(expected[1], entry.Values()[SensorsSection.AccelerationY]!.Value / 9.80665, 1e-6);
            Assert.Equal(expected[2], entry.Values()[SensorsSection.AccelerationZ]!.Value / 9.80665, 1e-6);
        }
        else if (vector.Has("fs_dps"))
        {
            Assert.Equal(245, vector["fs_dps"].GetInt32());
            Lsm9ds1Motion.SetRotation(Bytes(vector.Numbers("gyro_raw")), 0x60, entry);
            var expected = vector.Numbers("dps");
            Assert.Equal(expected[0], entry.Values()[SensorsSection.RotationX]!.Value * 180 / Math.PI, 1e-5);
            Assert.Equal(expected[1], entry.Values()[SensorsSection.RotationY]!.Value * 180 / Math.PI, 1e-5);
            Assert.Equal(expected[2], entry.Values()[SensorsSection.RotationZ]!.Value * 180 / Math.PI, 1e-5);
        }
        else
        {
            Assert.Equal(4, vector["fs_gauss"].GetInt32());
            Lsm9ds1Magnetometer.Convert(Bytes(vector.Numbers("mag_raw")), 0, entry);
            var expected = vector.Numbers("mG");
            Assert.Equal(expected[0], entry.Values()[SensorsSection.MagneticX]!.Value * 1e7, 1e-6);
            Assert.Equal(expected[1], entry.Values()[SensorsSection.MagneticY]!.Value * 1e7, 1e-6);
            Assert.Equal(expected[2], entry.Values()[SensorsSection.MagneticZ]!.Value * 1e7, 1e-6);
        }
    }

    private static void CheckTcs3400(Vector vector)
    {
        var entry = SensorVectors.Entry();
        var data = vector.Bytes("r94_9B");
        var expected = vector.Numbers("crgb");
        var isSaturated = vector.Has("saturated") && vector["saturated"].GetBoolean();

        var share = Tcs3400.Convert(data, vector.Bytes("atime")[0], isTcs3472: false, entry);

        Assert.Equal(expected[0] / vector["max"].GetDouble(), share, 1e-9);
        Assert.Equal(isSaturated, share >= 1);
        Assert.Equal(isSaturated ? null : expected[0], entry.Values()[SensorsSection.ClearCounts]);
        Assert.Equal(isSaturated ? null : expected[1], entry.Values()[SensorsSection.RedCounts]);
        Assert.Equal(isSaturated ? null : expected[2], entry.Values()[SensorsSection.GreenCounts]);
        Assert.Equal(isSaturated ? null : expected[3], entry.Values()[SensorsSection.BlueCounts]);
    }

    private static byte[] Bytes(params double[] counts) =>
        [.. counts.SelectMany(static count => BitConverter.GetBytes((short)count))];

    /// <summary>An example that knows which of its properties have been looked at.</summary>
    private sealed class Vector(JsonElement element)
    {
        private readonly HashSet<string> _used = [];

        public IEnumerable<string> Unused =>
            element.EnumerateObject().Select(static property => property.Name).Where(name => !_used.Contains(name));

        public JsonElement this[string name]
        {
            get
            {
                _used.Add(name);
                return element.GetProperty(name);
            }
        }

        public bool Has(string name) => element.TryGetProperty(name, out _);

        public byte[] Bytes(string name)
        {
            _used.Add(name);
            return element.Bytes(name);
        }

        public string[] Texts(string name) => [.. this[name].EnumerateArray().Select(static item => item.GetString()!)];

        public double[] Numbers(string name) => [.. this[name].EnumerateArray().Select(static item => item.GetDouble())];
    }
}
