using System.Text;

namespace NodeTelemetry.Agent.Samplers;

/// <summary>Remembers for the lines of a kernel file, which keep their order, what each is about, so that nothing is
/// looked up or allocated while nothing changes.</summary>
/// <typeparam name="T">What is known of a line that is read.</typeparam>
/// <param name="find">Finds out what is known of a name; <see langword="null"/> if its line is not read.</param>
/// <param name="countMax">Lines beyond are not read.</param>
internal sealed class NameTable<T>(Func<string, T?> find, int countMax)
    where T : class
{
    private readonly List<(byte[] Name, T? Known)> _lines = [];

    /// <summary>Gets everything that is read.</summary>
    public IEnumerable<T> All
    {
        get
        {
            foreach (var (_, known) in _lines)
            {
                if (known is not null)
                {
                    yield return known;
                }
            }
        }
    }

    /// <summary>Gets what is known of the line of a name.</summary>
    /// <param name="index">Which line it is.</param>
    /// <param name="name">The name in it.</param>
    public T? Find(int index, ReadOnlySpan<byte> name)
    {
        if (index < _lines.Count && name.SequenceEqual(_lines[index].Name))
        {
            return _lines[index].Known;
        }

        // Something has come or gone: from here on the lines are others.
        if (index > _lines.Count || index >= countMax)
        {
            return null;
        }

        for (var other = index; other < _lines.Count; other++)
        {
            if (name.SequenceEqual(_lines[other].Name))
            {
                Forget(index, other - index);
                return _lines[index].Known;
            }
        }

        var line = (name.ToArray(), find(Encoding.UTF8.GetString(name)));
        _lines.Insert(index, line);
        return line.Item2;
    }

    /// <summary>Forgets the lines after the last.</summary>
    /// <param name="count">How many there are.</param>
    public void Trim(int count) => Forget(count, Math.Max(0, _lines.Count - count));

    private void Forget(int index, int count)
    {
        for (var line = index; line < index + count; line++)
        {
            (_lines[line].Known as IDisposable)?.Dispose();
        }

        _lines.RemoveRange(index, count);
    }
}
