namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>How bad a finding is.</summary>
internal enum CheckLevel
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, but somebody may want to know.</summary>
    Note,

    /// <summary>Somebody has to do something.</summary>
    Problem,
}

/// <summary>One thing that was checked.</summary>
/// <param name="Level">How it is.</param>
/// <param name="Subject">What, in a word or two.</param>
/// <param name="Text">What was found, in a sentence.</param>
/// <param name="Advice">What to do; <see langword="null"/> for nothing.</param>
internal sealed record CheckFinding(CheckLevel Level, string Subject, string Text, string? Advice = null);
