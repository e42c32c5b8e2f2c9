using System.Text;

namespace NodeTelemetry.Agent.Samplers;

/// <summary>Caches what the lines of a kernel file are about, which keep their order:
/// nothing is looked up or allocated while the lines stay the same.</summary>
/// <typeparam name="T">The cached item of a line.</typeparam>
/// <param name="find">Finds the item of a name; <see langword="null"/> if its line is not read.</param>
/// <param name="countMax">The maximum number of lines; further ones are not read.</param>
internal sealed class NameTable<T>(Func<string, T?> find, int countMax)
    where T : class
{
    private readonly List<(byte[] Name, T? Known)> _lines = [];

    /// <summary>Gets all items.</summary>
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

    /// <summary>Gets the item of a line.</summary>
    /// <param name="index">The line's index.</param>
    /// <param name="name">The name in it.</param>
    public T? Find(int index, ReadOnlySpan<byte> name)
    {
        if (index < _lines.Count && name.SequenceEqual(_lines[index].Name))
        {
            return _lines[index].Known;
        }

        // A line was added or removed: the lines from here on have moved.
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

    /// <summary>Removes the lines after the last.</summary>
    /// <param name="count">The number of lines.</param>
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
