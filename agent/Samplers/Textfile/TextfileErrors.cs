namespace NodeTelemetry.Agent.Samplers.Textfile;

/// <summary>Words for what is wrong with a textfile.</summary>
internal static class TextfileErrors
{
    /// <summary>Gets the rest of a sentence that begins with "line 7".</summary>
    public static string Text(TextfileError error) => error switch
    {
        TextfileError.NotUtf8 => "is not UTF-8",
        TextfileError.BadName => "does not start with the name of a metric",
        TextfileError.BadLabels => "has labels that are not of the form {name=\"value\",...}",
        TextfileError.BadValue => "has no number as its value",
        TextfileError.HasTime => "has a timestamp, which textfiles may not have",
        TextfileError.Repeated => "repeats a series of an earlier line",
        TextfileError.BadType => "has a TYPE other than counter, gauge, histogram, summary or untyped",
        _ => "is good",
    };
}
