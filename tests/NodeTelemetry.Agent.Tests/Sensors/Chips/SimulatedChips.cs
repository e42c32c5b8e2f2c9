namespace NodeTelemetry.Agent.Tests.Sensors.Chips;

/// <summary>Chips as register files that behave as the hardware does: what starts a conversion, what is busy for how
/// long, which bits a read clears, how the pointer goes on.</summary>
internal static class SimulatedChips
{
    /// <summary>How often a busy bit is seen before it clears.</summary>
    private const int BusyPolls = 2;

    /// <summary>A BME280 with the calibration and the raw values of an example; with another identity a BMP280.
    /// </summary>
    public static SimulatedI2cDevice Bme280(string example = "C", byte id = 0x60)
    {
        var vector = SensorVectors.Of("bme280").Single(item => item.Text("name") == example);
        var device = new SimulatedI2cDevice { Name = "1-0076", WritesPairs = true };
        var measured = vector.Bytes("rF7_FE");
        var busy = 0;
        device.PowerUp = () =>
        {
            device[0xD0] = id;
            device.Load(0x88, vector.Text("r88_A1")).Load(0xF7, "8000008000008000");
            if (id == 0x60)
            {
                device.Load(0xE1, vector.Text("rE1_E7"));
            }
        };
        device.Written = (register, value) =>
        {
            if (register == 0xE0 && value == 0xB6)
            {
                (device[0xF2], device[0xF4], device[0xF5], device[0xF3]) = (0, 0, 0, 1);
                busy = BusyPolls;
            }
            else if (register == 0xF4 && (value & 3) is 1 or 2)
            {
                device[0xF3] = 8;
                busy = BusyPolls;
            }
        };
        device.Reading = register =>
        {
            if (register != 0xF3 || busy == 0 || --busy > 0)
            {
                return;
            }

            if (device[0xF3] == 8)
            {
                Span<byte> data = stackalloc byte[8];
                measured.CopyTo(data);
                Skip(data[..3], (device[0xF4] >> 2) & 7);
                Skip(data[3..6], device[0xF4] >> 5);
                Skip(data[6..], device[0xF2] & 7);
                device.Load(0xF7, data);
                device[0xF4] &= 0xFC;
            }

            device[0xF3] = 0;
        };
        return device.PowerCycle();

        static void Skip(Span<byte> data, int oversampling)
        {
            if (oversampling == 0)
            {
                data.Clear();
                data[0] = 0x80;
            }
        }
    }

    /// <summary>An LTR559 in a light that makes these counts, whatever its gain.</summary>
    public static SimulatedI2cDevice Ltr559(ushort both = 12_000, ushort infrared = 3000, ushort proximity = 291)
    {
        var device = new SimulatedI2cDevice { Name = "1-0023" };
        device.PowerUp = () => (device[0x86], device[0x87], device[0x84], device[0x85]) = (0x92, 0x05, 0x02, 0x03);
        device.Elapsed = () =>
        {
            if ((device[0x80] & 1) != 0)
            {
                (device[0x88], device[0x89]) = ((byte)infrared, (byte)(infrared >> 8));
                (device[0x8A], device[0x8B]) = ((byte)both, (byte)(both >> 8));
                device[0x8C] = (byte)(4 | ((device[0x80] & 0x1C) << 2) | (device[0x8C] & 1));
            }

            if ((device[0x81] & 2) != 0)
            {
                (device[0x8D], device[0x8E]) = ((byte)proximity, (byte)(proximity >> 8));
                device[0x8C] |= 1;
            }
        };

        // New-data bits go with the data.
        device.WasRead = register => device[0x8C] &= register switch
        {
            0x8E => 0xFE,
            0x8B => 0xFB,
            _ => 0xFF,
        };
        return device.PowerCycle();
    }

    /// <summary>An HTS221 with the calibration and the data of the example.</summary>
    public static SimulatedI2cDevice Hts221()
    {
        var vector = SensorVectors.Of("hts221")[0];
        return StChip(
            "1-005f", 0xBC, 0x20, static control => (control & 0x80) != 0, 3, vector.Text("r28_2B"),
            device => device.Load(0x30, vector.Text("r30_3F")));
    }

    /// <summary>An LPS25H with the data of an example.</summary>
    public static SimulatedI2cDevice Lps25h(int example = 0) => StChip(
        "1-005c", 0xBD, 0x20, static control => (control & 0x80) != 0, 3,
        SensorVectors.Of("lps25h")[example].Text("r28_2C"), static _ => { });

    /// <summary>The magnetometer of an LSM9DS1.</summary>
    public static SimulatedI2cDevice Magnetometer(string data = "F3 0D 0D F2 00 00") => StChip(
        "1-001c", 0x3D, 0x22, static control => (control & 3) == 0, 0x0F, data, static device => device[0x22] = 3);

    /// <summary>Accelerometer and gyroscope of an LSM9DS1, with temperature.</summary>
    public static SimulatedI2cDevice Motion(
        string temperature = "68 00", string gyroscope = "A5 2C 00 00 5B D3", string acceleration = "00 00 00 00 09 40")
    {
        var device = new SimulatedI2cDevice { Name = "1-006a" };
        var measured = SensorVectors.Bytes(temperature + "07" + gyroscope);
        var accelerated = SensorVectors.Bytes(acceleration);

        // The upper bit of an address is none; whether the pointer goes on, a register says.
        device.Address = address => ((byte)(address & 0x7F), (device[0x22] & 4) != 0);
        device.PowerUp = () => (device[0x0F], device[0x22]) = (0x68, 4);
        device.Elapsed = () =>
        {
            if (device[0x10] >> 5 != 0 && device[0x20] >> 5 != 0)
            {
                device.Load(0x15, measured).Load(0x28, accelerated);
            }
        };
        device.WasRead = register => device[0x17] &= register switch
        {
            0x1D => 0xFD,
            0x2D => 0xFE,
            0x16 => 0xFB,
            _ => 0xFF,
        };
        return device.PowerCycle();
    }

    /// <summary>A TCS3400, or a TCS3472, whose addresses have a type of transfer in them.</summary>
    public static SimulatedI2cDevice Tcs(byte id = 0x90, string data = "10 27 B8 0B A0 0F C4 09")
    {
        var isTcs3472 = id is 0x44 or 0x4D;
        var measured = SensorVectors.Bytes(data);
        var device = new SimulatedI2cDevice { Name = "1-0039" };
        if (isTcs3472)
        {
            device.Address = static address => ((byte)(0x80 | (address & 0x1F)), (address & 0x60) == 0x20);
        }

        device.PowerUp = () => (device[0x92], device[0x81]) = (id, 0xFF);
        device.Elapsed = () =>
        {
            if ((device[0x80] & 3) == 3)
            {
                device.Load(0x94, measured);
                device[0x93] = 1;
            }
        };
        return device.PowerCycle();
    }

    /// <summary>A chip of ST, whose pointer goes on only by a bit of the address.</summary>
    private static SimulatedI2cDevice StChip(
        string name,
        byte id,
        byte control,
        Func<byte, bool> isOn,
        byte ready,
        string data,
        Action<SimulatedI2cDevice> powerUp)
    {
        var device = new SimulatedI2cDevice { Name = name, BurstBit = 0x80 };
        var measured = SensorVectors.Bytes(data);
        var last = 0x28 + measured.Length - 1;
        device.PowerUp = () =>
        {
            device[0x0F] = id;
            powerUp(device);
        };
        device.Elapsed = () =>
        {
            if (isOn(device[control]))
            {
                device.Load(0x28, measured);
                device[0x27] = ready;
            }
        };
        device.WasRead = register => device[0x27] = register == last ? (byte)0 : device[0x27];
        return device.PowerCycle();
    }
}
