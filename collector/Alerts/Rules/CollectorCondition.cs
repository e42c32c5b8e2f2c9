namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>Something about the collector itself that a rule of the same name looks at.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Check">Gets what is wrong now, in a sentence; <see langword="null"/> when nothing is.</param>
internal sealed record CollectorCondition(string Rule, Func<string?> Check);
