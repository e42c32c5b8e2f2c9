using System.Diagnostics.CodeAnalysis;

namespace NodeTelemetry.Hosting.Options;

/// <summary>A value as a source gives it: a text, a list, or an object of named values.</summary>
/// <param name="name">The name as the user wrote it, for error messages.</param>
/// <param name="source">The file that it is from; <see langword="null"/> if the name shows the source.</param>
/// <param name="text">The text; <see langword="null"/> for a list or an object.</param>
/// <param name="children">The elements of a list or object, by name; the names of a list are its indices.</param>
public sealed class OptionValue(
    string name, string? source, string? text, IReadOnlyList<KeyValuePair<string, OptionValue>>? children = null)
{
    private const int QuotedCharactersMax = 100;

    /// <summary>Gets the name as the user wrote it.</summary>
    public string Name => name;

    /// <summary>Gets the text; <see langword="null"/> for a list or an object.</summary>
    public string? Text => text;

    /// <summary>Gets the elements of a list or object; none for a text.</summary>
    public IReadOnlyList<KeyValuePair<string, OptionValue>> Children => children ?? [];

    /// <summary>Gets a value indicating whether this is a list, which replaces a list of another source.</summary>
    public bool IsList { get; init; }

    /// <summary>Finds the value of an option.</summary>
    public OptionValue? Find(OptionDefinition option)
    {
        foreach (var (child, value) in Children)
        {
            if (option.IsNamed(child))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Finds an element by its name, in any case.</summary>
    public OptionValue? Find(string child)
    {
        foreach (var (key, value) in Children)
        {
            if (key.Equals(child, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Reads a list, and reports each of its texts that is not accepted.</summary>
    /// <param name="range">The accepted values, in words.</param>
    /// <param name="isValid">Checks one text; without it, every text is accepted.</param>
    /// <param name="problems">Receives what is wrong, a sentence each.</param>
    /// <param name="texts">All texts; <see langword="null"/> if an element is not a text.</param>
    /// <returns>Whether all texts are accepted.</returns>
    public bool TryReadList(
        string range,
        Func<string, bool>? isValid,
        ICollection<string> problems,
        [NotNullWhen(true)] out IReadOnlyList<string>? texts)
    {
        texts = ToList();
        if (texts is null)
        {
            problems.Add(RejectNested(range));
            return false;
        }

        var isAccepted = true;
        foreach (var item in texts)
        {
            if (isValid?.Invoke(item) == false)
            {
                isAccepted = false;
                problems.Add(Reject(item, range));
            }
        }

        return isAccepted;
    }

    /// <summary>Adds the values of a source that takes precedence.</summary>
    /// <param name="over">The values of that source.</param>
    public OptionValue Overlay(OptionValue over)
    {
        if (over.Text is not null || over.IsList || text is not null)
        {
            return over;
        }

        var merged = new List<KeyValuePair<string, OptionValue>>(Children);
        foreach (var (child, value) in over.Children)
        {
            var index = merged.FindIndex(pair => pair.Key.Equals(child, StringComparison.OrdinalIgnoreCase));
            if (index < 0)
            {
                merged.Add(new(child, value));
            }
            else
            {
                merged[index] = new(merged[index].Key, merged[index].Value.Overlay(value));
            }
        }

        return new OptionValue(name, source, null, merged);
    }

    /// <summary>Creates the sentence about a value that is not accepted.</summary>
    /// <param name="rejected">The value.</param>
    /// <param name="range">The accepted values, in words.</param>
    public string Reject(string rejected, string range)
    {
        var quoted = rejected.Length > QuotedCharactersMax ? rejected[..QuotedCharactersMax] + "…" : rejected;
        return $"{name}: \"{quoted}\" is not accepted; give {range}{Origin}.";
    }

    /// <summary>Creates the sentence about a list or an object where one value belongs.</summary>
    /// <param name="range">The accepted values, in words.</param>
    public string RejectNested(string range) => $"{name}: a nested value is not accepted; give {range}{Origin}.";

    /// <summary>Creates a sentence about the value.</summary>
    /// <param name="problem">What is wrong, without the final stop.</param>
    public string Explain(string problem) => $"{name}: {problem}{Origin}.";

    /// <summary>Creates a sentence about an element that is missing or in conflict with others.</summary>
    /// <param name="child">The element.</param>
    /// <param name="problem">What is wrong, without the final stop.</param>
    public string Explain(string child, string problem) => $"{name}:{child}: {problem}{Origin}.";

    private string Origin => source is null ? string.Empty : $" (in {source})";

    /// <summary>Gets the texts of a list: separated by commas in a text, or the elements,
    /// those of an object as <c>name=value</c>.</summary>
    /// <returns><see langword="null"/> if an element is not a text.</returns>
    private IReadOnlyList<string>? ToList()
    {
        if (text is not null)
        {
            return text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }

        var texts = new List<string>(Children.Count);
        foreach (var (child, value) in Children)
        {
            if (value.Text is not { } element)
            {
                return null;
            }

            texts.Add(IsIndex(child) ? element : $"{child}={element}");
        }

        return texts;
    }

    private static bool IsIndex(string name)
    {
        foreach (var character in name)
        {
            if (!char.IsAsciiDigit(character))
            {
                return false;
            }
        }

        return true;
    }
}
