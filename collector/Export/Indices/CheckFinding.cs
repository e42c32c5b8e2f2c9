namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>The severity of a finding.</summary>
internal enum CheckLevel
{
    /// <summary>No problem.</summary>
    Ok,

    /// <summary>No problem, but worth knowing.</summary>
    Note,

    /// <summary>The administrator has to act.</summary>
    Problem,
}

/// <summary>A finding of a check.</summary>
/// <param name="Level">The severity.</param>
/// <param name="Subject">The subject, in a word or two.</param>
/// <param name="Text">The finding in a sentence.</param>
/// <param name="Advice">What to do; <see langword="null"/> for nothing.</param>
internal sealed record CheckFinding(CheckLevel Level, string Subject, string Text, string? Advice = null);
