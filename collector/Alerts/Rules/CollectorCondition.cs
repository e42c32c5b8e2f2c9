namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>A condition of the collector itself, for the rule of that name.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Check">Gets the current problem, in a sentence; <see langword="null"/> if there is none.</param>
internal sealed record CollectorCondition(string Rule, Func<string?> Check);
