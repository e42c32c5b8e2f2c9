using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Hosting;

namespace NodeTelemetry.Collector.Options;

/// <summary>Reads <c>Alerts:Rules</c>: own rules, and changes to the default ones.</summary>
internal static class AlertRuleOptions
{
    private static readonly TimeSpan ForMax = TimeSpan.FromDays(30);

    /// <summary>Puts the default rules and the options together.</summary>
    public static IReadOnlyList<AlertRule> Read(
        IReadOnlyList<OptionGroup> groups, int countMax, Action<string> addProblem)
    {
        var rules = DefaultRules.All.ToDictionary(static rule => rule.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var group in groups)
        {
            var isEnabled = group.Flag("Enabled") ?? true;
            var rule = Read(group, rules.GetValueOrDefault(group.Name));
            group.RefuseUnknown();
            if (!isEnabled)
            {
                rules.Remove(group.Name);
            }
            else if (rule is not null)
            {
                rules[group.Name] = rule;
            }
        }

        if (rules.Count > countMax)
        {
            addProblem(
                $"Alerts:Rules: there are {rules.Count} with the default ones; at most {countMax} are accepted.");
        }

        return [.. rules.Values];
    }

    /// <summary>Reads a matcher.</summary>
    public static AlertMatcher Matcher(OptionGroup group, string key)
    {
        var patterns = group.Map(key);
        if (patterns.Count > AlertMatcher.CountMax
            || patterns.Any(static pair => pair.Key.Length + pair.Value.Length > AlertMatcher.LengthMax))
        {
            group.AddProblem(
                key, $"at most {AlertMatcher.CountMax} patterns of {AlertMatcher.LengthMax} characters are accepted.");
        }

        return new AlertMatcher(patterns);
    }

    private static AlertRule? Read(OptionGroup group, AlertRule? known)
    {
        var rule = known ?? new AlertRule { Name = group.Name };
        rule = rule with
        {
            Severity = group.Text(
                "Severity", AlertSeverityNames.Range, static text => AlertSeverityNames.TryParse(text, out _))
                is { } severity && AlertSeverityNames.TryParse(severity, out var parsed) ? parsed : rule.Severity,
            For = group.Duration("For", TimeSpan.Zero, ForMax) ?? rule.For,
            KeepFiringFor = group.Duration("KeepFiringFor", TimeSpan.Zero, ForMax) ?? rule.KeepFiringFor,
        };
        if (rule.Kind != AlertRuleKind.Collector)
        {
            rule = rule with { Nodes = Nodes(group, rule) };
        }

        return rule.Kind == AlertRuleKind.Reading ? ReadReading(group, rule) : rule;
    }

    private static AlertRule? ReadReading(OptionGroup group, AlertRule rule)
    {
        var name = group.Text("Reading", "the name of a reading", static _ => true);
        var reading = name is null ? rule.Reading : AlertReading.Find(name);
        var above = group.Number("Above");
        var below = group.Number("Below");
        var clear = group.Number("Clear");
        var text = group.Text(
            "Text",
            "up to 200 characters, no line break or other control character among them",
            static text => text.Length is > 0 and <= 200 && !text.Any(char.IsControl));
        var entry = group.Text("Entry", "a pattern such as /data*", static text => text.Length is > 0 and <= 256);
        if (reading is null)
        {
            group.AddProblem(
                "Reading",
                name is null
                    ? "is missing; give the name of a reading, such as cpu_temperature_celsius."
                    : $"there is no reading '{name}'{Similar(name)}; METRICS.md lists them all.");
            return null;
        }

        var isSet = above is not null || below is not null;
        rule = rule with
        {
            Reading = reading,
            Above = isSet ? above : rule.Above,
            Below = isSet ? below : rule.Below,
            Clear = clear ?? (isSet || name is not null ? null : rule.Clear),
            Entry = entry ?? rule.Entry,
            Text = text ?? (name is null ? rule.Text : null),
        };
        if ((rule.Above is null) == (rule.Below is null))
        {
            group.AddProblem(null, "give either Above or Below.");
            return null;
        }

        if (rule.Clear > rule.Above || rule.Clear < rule.Below)
        {
            group.AddProblem(
                "Clear", "must be on the other side of the limit: at most Above, or at least Below.");
            return null;
        }

        return rule;
    }

    private static AlertMatcher Nodes(OptionGroup group, AlertRule rule)
    {
        var hostname = group.Text("Nodes", "a pattern of host names such as pi-*", static text => text.Length <= 256);
        var labels = Matcher(group, "Labels");
        return hostname is null && labels.Patterns.Count == 0
            ? rule.Nodes
            : new AlertMatcher(hostname is null
                ? labels.Patterns
                : [KeyValuePair.Create(AlertLabels.Hostname, hostname), .. labels.Patterns]);
    }

    private static string Similar(string name)
    {
        var words = name.Split('_', '.', '-');
        var similar = AlertReading.All
            .Select(reading => (reading.Name, Count: words.Count(word =>
                word.Length > 2 && reading.Name.Contains(word, StringComparison.OrdinalIgnoreCase))))
            .Where(static candidate => candidate.Count > 0)
            .OrderByDescending(static candidate => candidate.Count)
            .Take(3)
            .Select(static candidate => candidate.Name)
            .ToList();
        return similar.Count == 0 ? string.Empty : $" (is {string.Join(" or ", similar)} meant?)";
    }
}
