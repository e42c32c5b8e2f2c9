using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>Writes a snapshot as one datagram, or as several when it does not fit one.</summary>
/// <remarks>
/// Not thread-safe: it reuses its buffers, so that encoding allocates nothing once they have grown. What
/// <see cref="Datagram"/> returned is overwritten by the next <see cref="Encode(NodeSnapshot)"/>.
/// </remarks>
public sealed class SnapshotEncoder : IDisposable
{
    private static readonly Sections[] SplitOrder =
        [Sections.Cpu, Sections.CoreUsage, Sections.Load, Sections.Memory, Sections.About, Sections.Labels,
            Sections.Bye];

    private readonly ArrayBufferWriter<byte> _buffer = new(2 * WireLimits.DatagramBytesMax);
    private readonly Utf8JsonWriter _writer;
    private readonly Range[] _datagrams = new Range[WireLimits.PartCountMax];
    private readonly Sections[] _parts = new Sections[WireLimits.PartCountMax];

    /// <summary>Initializes a new instance of the <see cref="SnapshotEncoder"/> class.</summary>
    public SnapshotEncoder() =>
        _writer = new Utf8JsonWriter(
            _buffer,
            new JsonWriterOptions
            {
                // Datagrams are not HTML: only what JSON itself demands is escaped, so that "°" takes two bytes and not
                // six.
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,

                // The shape is fixed by the methods below; checking it again would cost a third of the time.
                SkipValidation = true,
            });

    [Flags]
    private enum Sections
    {
        None = 0,
        Cpu = 1,
        CoreUsage = 2,
        Load = 4,
        Memory = 8,
        About = 16,
        Labels = 32,
        Bye = 64,
    }

    /// <summary>Gets how many sections had to be left out, since this encoder was made, because one alone is longer
    /// than a datagram.</summary>
    public long SectionsDropped { get; private set; }

    /// <summary>Writes <paramref name="snapshot"/> for multicasting.</summary>
    /// <returns>The number of datagrams, 1 to <see cref="WireLimits.PartCountMax"/>, to be had from
    /// <see cref="Datagram"/>.</returns>
    public int Encode(NodeSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _buffer.ResetWrittenCount();
        var wanted = SectionsOf(snapshot);
        Write(snapshot, wanted, snapshot.Header?.Part?.Index ?? 0, snapshot.Header?.Part?.Count ?? 1);
        if (_buffer.WrittenCount <= WireLimits.DatagramBytesMax)
        {
            _datagrams[0] = ..(_buffer.WrittenCount);
            return 1;
        }

        var count = Split(snapshot, wanted);
        _buffer.ResetWrittenCount();
        for (var index = 0; index < count; index++)
        {
            var start = _buffer.WrittenCount;
            Write(snapshot, _parts[index], index, count);
            _datagrams[index] = start.._buffer.WrittenCount;
        }

        return count;
    }

    /// <summary>Gets one datagram of the last snapshot; valid until the next call of
    /// <see cref="Encode(NodeSnapshot)"/>.</summary>
    public ReadOnlyMemory<byte> Datagram(int index) => _buffer.WrittenMemory[_datagrams[index]];

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private static Sections SectionsOf(NodeSnapshot snapshot) =>
        (snapshot.Cpu is null ? Sections.None : Sections.Cpu)
        | (snapshot.Cpu?.CoreUsageRatios is null ? Sections.None : Sections.CoreUsage)
        | (snapshot.Load is null ? Sections.None : Sections.Load)
        | (snapshot.Memory is null ? Sections.None : Sections.Memory)
        | (snapshot.About is null ? Sections.None : Sections.About)
        | (snapshot.Labels is null ? Sections.None : Sections.Labels)
        | (snapshot.Bye is null ? Sections.None : Sections.Bye);

    private static decimal Rounded(double value, int decimals)
    {
        // A decimal has the same digits on every runtime; Mono writes the double 0.3 with seventeen. Rounding comes
        // first, because a rounded decimal keeps its zeros: 0.1220 would not come out again as it went in.
        Debug.Assert(double.IsFinite(value) && Math.Abs(value) < 1e15, "A sampler let an impossible value through.");
        return (decimal)Math.Round(value, decimals);
    }

    /// <summary>Fills <see cref="_parts"/> with sections in order, each part as full as it gets.</summary>
    private int Split(NodeSnapshot snapshot, Sections wanted)
    {
        var count = 0;
        var current = Sections.None;
        foreach (var section in SplitOrder)
        {
            if ((wanted & section) == 0)
            {
                continue;
            }

            if (Fits(snapshot, current | section))
            {
                current |= section;
            }
            else if (!Fits(snapshot, section))
            {
                SectionsDropped++;
            }
            else
            {
                _parts[count++] = current;
                current = section;
            }
        }

        _parts[count++] = current;
        return count;
    }

    private bool Fits(NodeSnapshot snapshot, Sections sections)
    {
        _buffer.ResetWrittenCount();
        Write(snapshot, sections, WireLimits.PartCountMax - 1, WireLimits.PartCountMax);
        return _buffer.WrittenCount <= WireLimits.DatagramBytesMax;
    }

    private void Write(NodeSnapshot snapshot, Sections sections, int part, int partCount)
    {
        _writer.Reset();
        _writer.WriteStartObject();
        _writer.WriteString(WireNames.Hostname, snapshot.Hostname);
        WriteCpu(snapshot.Cpu, sections);
        if ((sections & Sections.Load) != 0)
        {
            WriteLoad(snapshot.Load!);
        }

        if ((sections & Sections.Memory) != 0)
        {
            WriteMemory(snapshot.Memory!);
        }

        if (snapshot.Header is { } header)
        {
            WriteHeader(header, part, partCount);
        }

        if ((sections & Sections.About) != 0)
        {
            WriteAbout(snapshot.About!);
        }

        if ((sections & Sections.Labels) != 0)
        {
            WriteLabels(snapshot.Labels!);
        }

        if ((sections & Sections.Bye) != 0)
        {
            WriteBye(snapshot.Bye!);
        }

        if (snapshot.Signature is { } signature)
        {
            _writer.WriteString(WireNames.Signature, signature);
        }

        _writer.WriteEndObject();
        _writer.Flush();
    }

    private void WriteCpu(CpuReading? cpu, Sections sections)
    {
        if (cpu is not null && (sections & Sections.Cpu) != 0)
        {
            WriteNumber(WireNames.CpuFrequency, cpu.FrequencyMegahertz, 3);
            WriteNumber(WireNames.CpuTemperature, cpu.TemperatureCelsius, 3);
            WriteNumber(WireNames.CpuUsage, cpu.UsageRatio, 4);
        }

        if ((sections & Sections.CoreUsage) != 0)
        {
            _writer.WriteStartArray(WireNames.CoreUsage);
            var cores = cpu!.CoreUsageRatios!;
            for (var index = 0; index < cores.Count; index++)
            {
                _writer.WriteNumberValue(Rounded(cores[index], 3));
            }

            _writer.WriteEndArray();
        }
    }

    private void WriteLoad(LoadReading load)
    {
        _writer.WriteStartArray(WireNames.LoadAverage);
        _writer.WriteNumberValue(Rounded(load.OneMinute, 2));
        _writer.WriteNumberValue(Rounded(load.FiveMinutes, 2));
        _writer.WriteNumberValue(Rounded(load.FifteenMinutes, 2));
        _writer.WriteEndArray();
    }

    private void WriteMemory(MemoryReading memory)
    {
        _writer.WriteStartObject(WireNames.Meminfo);
        WriteKilobytes(WireNames.MemTotal, memory.TotalBytes);
        WriteKilobytes(WireNames.MemFree, memory.FreeBytes);
        WriteKilobytes(WireNames.MemAvailable, memory.AvailableBytes);
        WriteKilobytes(WireNames.Buffers, memory.BuffersBytes);
        WriteKilobytes(WireNames.Cached, memory.CachedBytes);
        WriteKilobytes(WireNames.SwapTotal, memory.SwapTotalBytes);
        WriteKilobytes(WireNames.SwapFree, memory.SwapFreeBytes);
        _writer.WriteEndObject();
    }

    private void WriteHeader(SampleHeader header, int part, int partCount)
    {
        Span<byte> hex = stackalloc byte[WireLimits.RunDigits];
        _writer.WriteNumber(WireNames.Version, header.Version);
        _writer.WriteString(WireNames.Node, header.Node);
        HexDigits.Write(header.Boot, hex);
        _writer.WriteString(WireNames.Boot, hex);
        HexDigits.Write(header.Run, hex);
        _writer.WriteString(WireNames.Run, hex);
        _writer.WriteNumber(WireNames.Sequence, header.Sequence);
        _writer.WriteNumber(WireNames.Time, header.TimeMilliseconds);
        _writer.WriteNumber(WireNames.Interval, header.IntervalMilliseconds);
        if (header.UptimeSeconds is { } uptime)
        {
            _writer.WriteNumber(WireNames.Uptime, uptime);
        }

        if (partCount > 1)
        {
            _writer.WriteStartArray(WireNames.Part);
            _writer.WriteNumberValue(part);
            _writer.WriteNumberValue(partCount);
            _writer.WriteEndArray();
        }
    }

    private void WriteAbout(AboutReading about)
    {
        _writer.WriteStartObject(WireNames.About);
        WriteText(WireNames.Board, about.Board);
        WriteText(WireNames.Architecture, about.Architecture);
        WriteText(WireNames.OperatingSystem, about.OperatingSystem);
        WriteText(WireNames.Kernel, about.Kernel);
        WriteText(WireNames.Agent, about.AgentVersion);
        if (about.CoreCount is { } cores)
        {
            _writer.WriteNumber(WireNames.Cores, cores);
        }

        if (about.Addresses is { } addresses)
        {
            _writer.WriteStartArray(WireNames.Addresses);
            for (var index = 0; index < addresses.Count; index++)
            {
                _writer.WriteStringValue(addresses[index]);
            }

            _writer.WriteEndArray();
        }

        WriteText(WireNames.Hat, about.Hat);
        _writer.WriteEndObject();
    }

    private void WriteLabels(IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        _writer.WriteStartObject(WireNames.Labels);
        for (var index = 0; index < labels.Count; index++)
        {
            _writer.WriteString(labels[index].Key, labels[index].Value);
        }

        _writer.WriteEndObject();
    }

    private void WriteBye(ByeReading bye)
    {
        _writer.WriteStartObject(WireNames.Bye);
        _writer.WriteString(WireNames.Reason, bye.Reason);
        if (bye.BackSeconds is { } back)
        {
            _writer.WriteNumber(WireNames.Back, back);
        }

        _writer.WriteEndObject();
    }

    private void WriteNumber(JsonEncodedText name, double? value, int decimals)
    {
        if (value is { } present)
        {
            _writer.WriteNumber(name, Rounded(present, decimals));
        }
    }

    private void WriteKilobytes(JsonEncodedText name, long? bytes)
    {
        if (bytes is { } present)
        {
            Debug.Assert(ReadingRanges.IsMemory(present), "A sampler let an impossible amount of memory through.");
            _writer.WriteNumber(name, present / 1024);
        }
    }

    private void WriteText(JsonEncodedText name, string? text)
    {
        if (text is not null)
        {
            _writer.WriteString(name, text);
        }
    }
}
