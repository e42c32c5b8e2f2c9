using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers.Textfile;

/// <summary>One textfile, read again only when it has changed.
/// Written by <see cref="TextfileDirectory"/> only.</summary>
/// <param name="directory">The folder that it is in.</param>
/// <param name="name">Its name.</param>
/// <param name="throttle">The throttle of the messages about it.</param>
internal sealed class TextfileState(string directory, string name, LogThrottle throttle)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name);
    private readonly byte[] _path = Encoding.UTF8.GetBytes(Path.Join(directory, name) + '\0');
    private FileStatus _status;

    /// <summary>Gets where it is.</summary>
    public string FilePath { get; } = Path.Join(directory, name);

    /// <summary>Gets the throttle of the messages about it.</summary>
    public LogThrottle Throttle => throttle;

    /// <summary>Gets or sets a value indicating whether the present listing has it.</summary>
    public bool IsFound { get; set; } = true;

    /// <summary>Gets what it says.</summary>
    public TextfileStatus Status { get; private set; } = new(PlainText.Escape(name), 0, IsOk: false, []);

    /// <summary>Gets the line that is malformed, from 1; 0 if none is.</summary>
    public int Line { get; private set; }

    /// <summary>Gets what is wrong with that line.</summary>
    public TextfileError Error { get; private set; }

    /// <summary>Gets a value indicating whether it could not be read at all, or is too long.</summary>
    public bool IsUnread { get; private set; }

    /// <summary>Returns whether this is the file of that name.</summary>
    public bool Is(ReadOnlySpan<byte> other) => other.SequenceEqual(_name);

    /// <summary>Reads it if it has changed.</summary>
    /// <param name="buffer">Room for it; what does not fit with a byte to spare is too long.</param>
    /// <returns>Whether it had changed.</returns>
    public bool Refresh(Span<byte> buffer)
    {
        var isThere = FileStatus.TryRead(_path, out var status);
        if (isThere && status == _status)
        {
            return false;
        }

        _status = status;
        Line = 0;
        Error = TextfileError.None;
        var series = new List<KeyValuePair<string, double>>();
        var outcome = KernelFile.ReadOnce(FilePath, buffer, out var length);
        IsUnread = !isThere || outcome != FileOutcome.Ok || length == buffer.Length;
        var isOk = !IsUnread && TryParse(buffer[..length], series);
        Status = new TextfileStatus(
            Status.Name, status.WrittenNanoseconds / 1_000_000, isOk, isOk ? series : []);
        return true;
    }

    private bool TryParse(ReadOnlySpan<byte> text, List<KeyValuePair<string, double>> series)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var lines = new AsciiReader(text);
        while (lines.TryReadLine(out var line))
        {
            Line++;
            Error = TextfileLine.Parse(line, out var metric, out var labels, out var value);
            if (Error != TextfileError.None)
            {
                return false;
            }

            if (metric.IsEmpty)
            {
                continue;
            }

            var canonical = TextfileLine.Canonical(metric, labels);
            if (!names.Add(canonical))
            {
                Error = TextfileError.Repeated;
                return false;
            }

            series.Add(new(canonical, value));
        }

        Line = 0;
        return true;
    }
}
