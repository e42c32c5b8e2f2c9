using System.Buffers.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>Rail voltages and currents of a Raspberry Pi 5, measured by its PMIC.</summary>
/// <remarks>Source: the firmware command <c>pmic_read_adc</c> through the mailbox <c>/dev/vcio</c>;
/// no kernel driver exposes them.</remarks>
internal sealed class PmicSampler : ISampler
{
    /// <summary>The query period: each reply requires 26 conversions.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>A Pi 5 has 12 currents and 14 voltages.</summary>
    private const int LineCountMax = 64;

    private readonly IKernelCalls _calls;
    private readonly string _mailbox;
    private readonly NameFilter _filter;
    private readonly Cadence _cadence;
    private readonly NameTable<PmicInput> _inputs;
    private readonly List<PmicRail> _rails = [];
    private readonly uint[] _message = new uint[FirmwareMessage.CommandWords];
    private readonly bool _hasController;
    private bool _hasMailbox;
    private bool _hasAnswered;

    /// <summary>Initializes a new instance of the <see cref="PmicSampler"/> class.</summary>
    /// <param name="roots">The roots of the file systems.</param>
    /// <param name="calls">The kernel.</param>
    /// <param name="filter">Selects sensors by name.</param>
    /// <param name="time">The clock.</param>
    public PmicSampler(KernelRoots roots, IKernelCalls calls, NameFilter filter, TimeProvider time)
    {
        _calls = calls;
        _mailbox = roots.DevFile("vcio");
        _filter = filter;
        _cadence = new Cadence(Period, time);
        _inputs = new NameTable<PmicInput>(FindInput, LineCountMax);

        // Earlier boards have a PMIC without an ADC.
        _hasController = HasController(BoardModel.Read(roots));
    }

    /// <inheritdoc/>
    public string Name => "pmic";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        if (!_hasController)
        {
            return SampleOutcome.NoData;
        }

        if (_cadence.IsDue())
        {
            // Its driver may be loaded later.
            _hasMailbox = _hasMailbox || File.Exists(_mailbox);
            if (!_hasMailbox)
            {
                return SampleOutcome.NoData;
            }

            _hasAnswered = Read();
            if (!_hasAnswered)
            {
                return SampleOutcome.Failed;
            }
        }

        if (!_hasAnswered)
        {
            return SampleOutcome.NoData;
        }

        var section = into.Section(PowerSection.Definition);
        foreach (var rail in _rails)
        {
            if (section.Begin(rail.Name))
            {
                section.Set(PowerSection.Volts, rail.Volts);
                section.Set(PowerSection.Amperes, rail.Amperes);
                section.Set(PowerSection.Watts, rail.Volts * rail.Amperes);
            }
        }

        return SampleOutcome.Ok;
    }

    /// <summary>Parses a line of the reply.</summary>
    /// <remarks>Shape: <c>VDD_CORE_V volt(15)=0.72097620V</c> or <c>VDD_CORE_A current(7)=0.94657990A</c>. Allocates:
    /// nothing.</remarks>
    /// <param name="line">The line.</param>
    /// <param name="input">The name with its suffix.</param>
    /// <param name="value">V or A.</param>
    internal static bool TryParse(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> input, out double value)
    {
        value = 0;
        var words = new AsciiReader(line);
        if (!words.TryReadWord(out input) || !words.TryReadWord(out var number))
        {
            return false;
        }

        var start = number.IndexOf((byte)'=') + 1;
        return start > 0
            && input.Length > 2
            && input[^2] == (byte)'_'
            && input[^1] is (byte)'V' or (byte)'A'
            && number[^1] == input[^1]
            && Utf8Parser.TryParse(number[start..^1], out value, out var used)
            && used == number.Length - start - 1
            && double.IsFinite(value);
    }

    private static bool HasController(string? model) =>
        model is not null && (model.StartsWith("Raspberry Pi 5", StringComparison.Ordinal)
            || model.StartsWith("Raspberry Pi Compute Module 5", StringComparison.Ordinal));

    private bool Read()
    {
        FirmwareMessage.RequestCommand(_message, "pmic_read_adc"u8);
        if (_calls.CallFirmware(_mailbox, _message) != 0 || !FirmwareMessage.TryReadCommand(_message, out var text))
        {
            return false;
        }

        foreach (var rail in _rails)
        {
            rail.Volts = rail.Amperes = null;
        }

        var lines = new AsciiReader(text);
        var index = 0;
        while (lines.TryReadLine(out var line))
        {
            if (!TryParse(line, out var input, out var value))
            {
                continue;
            }

            if (_inputs.Find(index++, input) is not { } known)
            {
                continue;
            }

            if (known.IsVoltage)
            {
                known.Rail.Volts = value;
            }
            else
            {
                known.Rail.Amperes = value;
            }
        }

        return index > 0;
    }

    private PmicInput? FindInput(string input)
    {
        var name = "pmic_" + input[..^2].ToLowerInvariant();
        if (_filter.Decide(name) == false)
        {
            return null;
        }

        var rail = _rails.Find(known => known.Name == name);
        if (rail is null)
        {
            rail = new PmicRail(name);
            _rails.Add(rail);
        }

        return new PmicInput(rail, input[^1] == 'V');
    }

    /// <summary>A rail and its last measurement.</summary>
    private sealed class PmicRail(string name)
    {
        public string Name => name;

        public double? Volts { get; set; }

        public double? Amperes { get; set; }
    }

    /// <summary>The quantity of a line.</summary>
    private sealed record PmicInput(PmicRail Rail, bool IsVoltage);
}
