using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Signing;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>Writes a snapshot as one datagram, or as several when it does not fit one.</summary>
/// <remarks>
/// Everything is written once and then cut: a sample is a sequence of pieces, each a section or an entry,
/// and parts are assembled from their bytes. Not thread-safe: it reuses its buffers, so that encoding allocates nothing
/// once they have grown. The next <see cref="Encode(NodeSnapshot)"/> overwrites what <see cref="Datagram"/> returned.
/// </remarks>
public sealed class SnapshotEncoder : IDisposable
{
    private readonly ArrayBufferWriter<byte> _whole = new(2 * WireLimits.DatagramBytesMax);
    private readonly SignatureKey? _key;
    private readonly PartCutter _cutter;
    private readonly Utf8JsonWriter _writer;
    private int _pieceStart;
    private bool _isWhole;
    private SampleReference? _reference;
    private int _slowSlots;

    /// <summary>Initializes a new instance of the <see cref="SnapshotEncoder"/> class.</summary>
    /// <param name="key">The key that signs every datagram; <see langword="null"/> for unsigned datagrams.</param>
    public SnapshotEncoder(SignatureKey? key = null)
    {
        _key = key;
        _cutter = new PartCutter(_whole, key);
        _writer = new Utf8JsonWriter(
            _whole,
            new JsonWriterOptions
            {
                // Datagrams are not HTML: only what JSON requires is escaped, so that "°" takes two bytes, not six.
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,

                // The methods below fix the structure; validating it would cost a third of the time.
                SkipValidation = true,
            });
    }

    /// <summary>Gets how many sections and entries this encoder has dropped,
    /// because one alone is longer than a datagram or a sample has more
    /// than <see cref="WireLimits.PartCountMax"/> parts.</summary>
    public long SectionsDropped => _cutter.PiecesDropped;

    /// <summary>Encodes <paramref name="snapshot"/>.</summary>
    /// <returns>The number of datagrams, 1 to <see cref="WireLimits.PartCountMax"/>;
    /// <see cref="Datagram"/> returns each.</returns>
    public int Encode(NodeSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _whole.ResetWrittenCount();
        _cutter.Reset();
        WriteWhole(snapshot);
        return _isWhole || _reference is not null ? 1 : _cutter.Cut();
    }

    /// <summary>Encodes only what differs from the last full sample, as one datagram.</summary>
    /// <param name="snapshot">The snapshot, with a header.</param>
    /// <param name="reference">The full sample.</param>
    /// <param name="slowSlots">The slots whose sections have slow readings, as bits.</param>
    /// <returns><see langword="false"/> if something has disappeared since, or the difference is too long:
    /// the sample must be sent in full.</returns>
    public bool TryEncodeReduced(NodeSnapshot snapshot, SampleReference reference, int slowSlots)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(reference);
        if (reference.Sequence is null || !reference.IsCoveredBy(snapshot))
        {
            return false;
        }

        _reference = reference;
        _slowSlots = slowSlots;
        Encode(snapshot);
        _reference = null;
        return _isWhole;
    }

    /// <summary>Gets one datagram of the last snapshot;
    /// valid until the next <see cref="Encode(NodeSnapshot)"/>.</summary>
    public ReadOnlyMemory<byte> Datagram(int index) =>
        _isWhole ? _whole.WrittenMemory : _cutter.Part(index);

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private static decimal Rounded(double value, int decimals)
    {
        // A decimal has the same digits on every runtime; Mono writes the double 0.3 with seventeen. The double is
        // rounded first, because a rounded decimal keeps trailing zeros: 0.1220.
        Debug.Assert(double.IsFinite(value) && Math.Abs(value) < 1e16, "A sampler passed a value out of range.");
        return (decimal)Math.Round(value, decimals);
    }

    private void WriteWhole(NodeSnapshot snapshot)
    {
        _writer.Reset();
        _writer.WriteStartObject();
        _writer.WriteString(WireNames.Hostname, snapshot.Hostname);
        _cutter.Hostname = ..Position();
        var next = 0;
        for (; next < snapshot.Sections.Count && snapshot.Sections[next].Definition.PrecedesHeader; next++)
        {
            WriteSection(snapshot.Sections[next]);
        }

        var start = Position();
        if (snapshot.Header is { } header)
        {
            WriteHeader(header);
        }

        _cutter.Header = start..Position();
        for (; next < snapshot.Sections.Count; next++)
        {
            if (_reference is null || snapshot.Sections[next].Definition.Layout != SectionLayout.Members)
            {
                WriteSection(snapshot.Sections[next]);
            }
            else
            {
                WriteChanges(snapshot.Sections[next], _reference);
            }
        }

        WriteDescriptions(snapshot);
        if (_key is null && snapshot.Signature is { } signature)
        {
            _writer.WriteString(WireNames.Signature, signature);
        }

        _writer.Flush();
        _isWhole = _whole.WrittenCount + "}".Length + (_key?.OverheadBytes ?? 0) <= WireLimits.DatagramBytesMax;
        if (_key is not null && _isWhole)
        {
            // The writer has flushed every byte before ,"sig".
            Span<byte> text = stackalloc byte[SignatureKey.TextBytesMax];
            _writer.WriteString(WireNames.Signature, text[.._key.WriteText(_whole.WrittenSpan, text)]);
        }

        _writer.WriteEndObject();
        _writer.Flush();
    }

    private void WriteDescriptions(NodeSnapshot snapshot)
    {
        if (snapshot.About is { } about)
        {
            BeginPiece();
            WriteAbout(about);
            EndPiece();
        }

        if (snapshot.Labels is { } labels)
        {
            BeginPiece();
            WriteLabels(labels);
            EndPiece();
        }

        if (snapshot.Bye is { } bye)
        {
            BeginPiece();
            WriteBye(bye);
            EndPiece();
        }
    }

    private int Position()
    {
        _writer.Flush();
        return _whole.WrittenCount;
    }

    private void BeginPiece() => _pieceStart = Position();

    private void EndPiece(bool isBeforeHeader = false, SectionDefinition? entryOf = null)
    {
        // The first member of an object has no comma before it.
        var end = Position();
        var start = _whole.WrittenSpan[_pieceStart] == (byte)',' ? _pieceStart + 1 : _pieceStart;
        _cutter.Add(start..end, isBeforeHeader, entryOf);
    }

    private void WriteSection(SectionReading section)
    {
        var definition = section.Definition;
        if (!definition.HasNamedEntries)
        {
            BeginPiece();
            WriteScalars(section);
            EndPiece(definition.PrecedesHeader);
            return;
        }

        _writer.WriteStartObject(definition.EncodedKey);
        for (var index = 0; index < section.EntryCount; index++)
        {
            BeginPiece();
            _writer.WriteStartObject(section.Name(index)!);
            WriteFields(section, index);
            _writer.WriteEndObject();
            EndPiece(entryOf: definition);
        }

        _writer.WriteEndObject();
    }

    /// <summary>Writes what differs from the full sample.
    /// What that does not have at all is written as a whole.</summary>
    private void WriteChanges(SectionReading section, SampleReference reference)
    {
        var definition = section.Definition;
        var isWithSlow = SampleReference.IsSlowDue(definition, _slowSlots);
        var isOpen = false;
        for (var entry = 0; entry < section.EntryCount; entry++)
        {
            var known = reference.FindEntry(section, entry);
            var isEntryOpen = false;
            for (var index = 0; index < definition.WireFields.Count; index++)
            {
                var field = definition.WireFields[index];
                if (known >= 0 && !reference.IsChanged(section, entry, known, field, isWithSlow))
                {
                    continue;
                }

                if (!isOpen)
                {
                    isOpen = true;
                    _writer.WriteStartObject(definition.EncodedKey);
                }

                if (!isEntryOpen && definition.HasNamedEntries)
                {
                    isEntryOpen = true;
                    _writer.WriteStartObject(section.Name(entry)!);
                }

                WriteField(section, entry, field);
            }

            if (isEntryOpen)
            {
                _writer.WriteEndObject();
            }
        }

        if (isOpen)
        {
            _writer.WriteEndObject();
        }
    }

    private void WriteScalars(SectionReading section)
    {
        var definition = section.Definition;
        switch (definition.Layout)
        {
            case SectionLayout.Keys:
                WriteFields(section, 0);
                break;
            case SectionLayout.List:
                _writer.WriteStartArray(definition.EncodedKey);
                for (var index = 0; index < definition.WireFields.Count; index++)
                {
                    WriteElement(section, 0, definition.WireFields[index]);
                }

                _writer.WriteEndArray();
                break;
            case SectionLayout.EntryList:
                _writer.WriteStartArray(definition.EncodedKey);
                for (var index = 0; index < section.EntryCount; index++)
                {
                    WriteElement(section, index, definition.WireFields[0]);
                }

                _writer.WriteEndArray();
                break;
            default:
                _writer.WriteStartObject(definition.EncodedKey);
                WriteFields(section, 0);
                _writer.WriteEndObject();
                break;
        }
    }

    private void WriteElement(SectionReading section, int entry, FieldDefinition field)
    {
        var number = section.Number(entry, field);
        Debug.Assert(number is not null, "A list has a gap.");
        _writer.WriteNumberValue(Rounded(number.GetValueOrDefault(), field.Decimals));
    }

    private void WriteFields(SectionReading section, int entry)
    {
        var fields = section.Definition.WireFields;
        for (var index = 0; index < fields.Count; index++)
        {
            WriteField(section, entry, fields[index]);
        }
    }

    private void WriteField(SectionReading section, int entry, FieldDefinition field)
    {
        if (field.Kind == FieldKind.Text)
        {
            WriteText(field.EncodedName, section.Text(entry, field));
        }
        else if (section.Number(entry, field) is { } number)
        {
            WriteField(field, number);
        }
    }

    private void WriteField(FieldDefinition field, double number)
    {
        if (field.Kind == FieldKind.Flag)
        {
            _writer.WriteBoolean(field.EncodedName, number != 0);
        }
        else if (field.IsExact)
        {
            _writer.WriteNumber(field.EncodedName, number / field.Scale);
        }
        else if (field.Decimals == 0)
        {
            _writer.WriteNumber(field.EncodedName, (long)Math.Round(number / field.Scale));
        }
        else
        {
            _writer.WriteNumber(field.EncodedName, Rounded(number / field.Scale, field.Decimals));
        }
    }

    private void WriteHeader(SampleHeader header)
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

        if (header.Part is { } part)
        {
            _writer.WriteStartArray(WireNames.Part);
            _writer.WriteNumberValue(part.Index);
            _writer.WriteNumberValue(part.Count);
            _writer.WriteEndArray();
        }

        if ((_reference?.Sequence ?? header.FullSequence) is { } full)
        {
            _writer.WriteNumber(WireNames.Full, full);
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
        WriteText(WireNames.Revision, about.Revision);
        WriteText(WireNames.SerialHash, about.SerialHash);
        WriteText(WireNames.Runtime, about.Runtime);
        WriteText(WireNames.Role, about.Role);
        WriteText(WireNames.Display, about.Display);
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

    private void WriteText(JsonEncodedText name, string? text)
    {
        if (text is not null)
        {
            _writer.WriteString(name, text);
        }
    }
}
