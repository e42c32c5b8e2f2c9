using NodeTelemetry.Collector.Storage.History;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.History;

public class ChunkTests
{
    private const int Width = 32;

    [Fact]
    public void Every_kind_of_number_is_read_as_it_was()
    {
        double[][] kinds =
        [
            [0, 1, 5, -3], [20.125, 20.5, -40.25], [0.1275, 0.9999], [3_884_356L * 1024], [1.0 / 3, Math.PI, 2.0 / 7],
            [9e14, 0.5], [1e300, -1e300], [double.MaxValue, double.Epsilon], [double.PositiveInfinity, 1],
        ];
        var cells = new ChunkCells();
        cells.Clear(Width);
        for (var kind = 0; kind < kinds.Length; kind++)
        {
            for (var bucket = kind; bucket < Width; bucket += kind + 1)
            {
                foreach (var value in kinds[kind].Take(1 + (bucket % kinds[kind].Length)))
                {
                    cells.Get(1000 - kind)[bucket].Add(value, value, value, 1);
                }
            }
        }

        AssertSame(cells, Decode(new ChunkEncoder().Encode(cells)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(0)]
    public void Random_cells_are_read_as_they_were(int seed)
    {
        seed = seed == 0 ? Environment.TickCount : seed;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var cells = new ChunkCells();
        var encoder = new ChunkEncoder();
        for (var round = 0; round < 200; round++)
        {
            cells.Clear(random.Next(1, 100));
            for (var series = random.Next(1, 50); series > 0; series--)
            {
                var column = cells.Get(random.NextInt64(1, 1L << random.Next(1, 40)));
                var decimals = random.Next(12);
                for (var value = random.Next(200); value > 0; value--)
                {
                    var number = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(8));
                    number = decimals < 10 ? Math.Round(number, decimals) : number;
                    column[random.Next(cells.Width)].Add(number, number, number, 1);
                }
            }

            AssertSame(cells, Decode(encoder.Encode(cells)));
        }
    }

    [Fact]
    public void No_value_is_no_body()
    {
        var cells = new ChunkCells();
        cells.Clear(Width);
        cells.Get(1);
        Assert.True(new ChunkEncoder().Encode(cells).IsEmpty);
    }

    [Fact]
    public void Damage_of_any_byte_is_noticed()
    {
        var cells = CreateMinute(1);
        var body = new ChunkEncoder().Encode(cells).ToArray();
        for (var place = 0; place < body.Length; place++)
        {
            var damaged = body.ToArray();
            damaged[place] ^= 0x10;
            Assert.Throws<InvalidDataException>(() => Decode(damaged));
            Assert.Throws<InvalidDataException>(() => Decode(body.AsSpan(0, place)));
        }
    }

    /// <summary>What passes the checksum may still be nonsense, and must not be more than an error.</summary>
    [Fact]
    public void Nonsense_with_a_right_checksum_is_an_error_or_cells()
    {
        var random = new Random(1);
        var body = new ChunkEncoder().Encode(CreateMinute(1)).ToArray();
        for (var round = 0; round < 20_000; round++)
        {
            var damaged = body[..random.Next(5, body.Length)];
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                damaged[random.Next(1, damaged.Length)] = (byte)random.Next(256);
            }

            BitConverter.TryWriteBytes(damaged.AsSpan(damaged.Length - 4), ChunkFormat.Checksum(damaged.AsSpan(0, damaged.Length - 4)));
            var exception = Record.Exception(() => Decode(damaged));
            Assert.True(exception is null or InvalidDataException or OverflowException, exception?.ToString());
        }
    }

    /// <summary>The budget of an SD card: the seven scalars of a Raspberry Pi for a minute, five samples in each bucket.</summary>
    [Fact]
    public void A_minute_of_a_node_takes_less_than_seven_bytes_a_cell()
    {
        var body = new ChunkEncoder().Encode(CreateMinute(7));
        Assert.InRange(body.Length, 1, 7 * 6 * 7);
    }

    [Fact]
    public void A_column_of_an_idle_counter_takes_two_bytes_a_cell()
    {
        var cells = new ChunkCells();
        cells.Clear(Width);
        foreach (ref var cell in cells.Get(300))
        {
            cell.Add(0, 0, 0, 30);
        }

        Assert.InRange(new ChunkEncoder().Encode(cells).Length, 1, 12 + (2 * Width));
    }

    [Fact]
    public void Encoding_and_reading_allocate_nothing()
    {
        var cells = CreateMinute(20);
        var encoder = new ChunkEncoder();
        var column = new HistoryCell[60];
        Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
        {
            Run();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run()
        {
            var reader = new ChunkReader(encoder.Encode(cells));
            while (reader.MoveNext())
            {
                reader.ReadColumn(column.AsSpan(0, reader.Count));
            }
        }
    }

    private static ChunkCells CreateMinute(int series)
    {
        var random = new Random(1);
        var cells = new ChunkCells();
        cells.Clear(6);
        for (var one = 1; one <= series; one++)
        {
            foreach (ref var cell in cells.Get(one))
            {
                for (var sample = 0; sample < 5; sample++)
                {
                    var value = Math.Round(0.2 + (0.1 * random.NextDouble()), 4);
                    cell.Add(value, value, value, 1);
                }
            }
        }

        return cells;
    }

    private static ChunkCells Decode(ReadOnlySpan<byte> body)
    {
        var cells = new ChunkCells();
        var reader = new ChunkReader(body);
        cells.Clear(reader.First + reader.Count);
        var column = new HistoryCell[reader.Count];
        while (reader.MoveNext())
        {
            reader.ReadColumn(column);
            column.CopyTo(cells.Get(reader.Series)[reader.First..]);
        }

        return cells;
    }

    private static void AssertSame(ChunkCells expected, ChunkCells actual)
    {
        foreach (var series in expected.Sort().ToArray())
        {
            var column = actual.Get(series);
            for (var bucket = 0; bucket < expected.Width; bucket++)
            {
                var cell = expected.Get(series)[bucket];
                var found = bucket < column.Length ? column[bucket] : default;
                Assert.Equal(cell.Count, found.Count);
                if (cell.Count > 0)
                {
                    Assert.Equal((cell.Low, cell.High), (found.Low, found.High));
                    Assert.True(
                        cell.Mean.Equals(found.Mean) || Math.Abs(cell.Mean - found.Mean) <= 1e-9 * Math.Max(1, Math.Abs(cell.Mean)),
                        $"{cell.Mean} became {found.Mean}");
                }
            }
        }
    }
}
