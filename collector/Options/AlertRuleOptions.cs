using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Hosting.Options;

namespace NodeTelemetry.Collector.Options;

/// <summary>Reads <c>Alerts:Rules</c>: user-defined rules, and changes to the built-in ones.</summary>
internal static class AlertRuleOptions
{
    /// <summary>Each rule is evaluated for every node every second.</summary>
    private const int RuleCountMax = 200;

    /// <summary>Characters of an alert's text, which a phone shows as a whole.</summary>
    private const int TextLengthMax = 200;

    private static readonly TimeSpan ForMax = TimeSpan.FromDays(30);

    /// <summary>The options of each kind of rule.</summary>
    private static readonly OptionTable<Draft> OfCollector = AddCommon(new());
    private static readonly OptionTable<Draft> OfNode = AddNode(AddCommon(new()));
    private static readonly OptionTable<Draft> OfReading = AddReading(AddNode(AddCommon(new())));

    /// <summary>Merges the built-in rules and the options.</summary>
    public static IReadOnlyList<AlertRule> Read(
        IReadOnlyList<KeyValuePair<string, OptionValue>> groups, ICollection<string> problems)
    {
        var rules = DefaultRules.All.ToDictionary(static rule => rule.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, group) in groups)
        {
            var draft = new Draft { Rule = rules.GetValueOrDefault(name) ?? new AlertRule { Name = name } };
            var table = draft.Rule.Kind switch
            {
                AlertRuleKind.Reading => OfReading,
                AlertRuleKind.Collector => OfCollector,
                _ => OfNode,
            };
            table.Apply(draft, group, problems);
            table.RejectUnknown(group, problems);
            if (!draft.IsEnabled)
            {
                rules.Remove(name);
            }
            else if (draft.Rule.Kind != AlertRuleKind.Reading)
            {
                rules[name] = draft.Create();
            }
            else if (CreateReading(draft, group, problems) is { } rule)
            {
                rules[name] = rule;
            }
        }

        if (rules.Count > RuleCountMax)
        {
            problems.Add(
                $"Alerts:Rules: there are {rules.Count} with the built-in ones; at most {RuleCountMax} are accepted.");
        }

        return [.. rules.Values];
    }

    private static OptionTable<Draft> AddCommon(OptionTable<Draft> table) => table
        .Flag("Enabled", true, "Whether the rule is evaluated.", static (o, value) => o.IsEnabled = value)
        .Choice("Severity", string.Empty, AlertSeverityNames.All, "Severity of its alerts.",
            static (o, index) => o.Rule = o.Rule with { Severity = (AlertSeverity)index })
        .Duration("For", null, TimeSpan.Zero, ForMax, "How long the condition must hold.",
            static (o, value) => o.Rule = o.Rule with { For = value })
        .Duration("KeepFiringFor", null, TimeSpan.Zero, ForMax, "How long the alert fires after the condition ended.",
            static (o, value) => o.Rule = o.Rule with { KeepFiringFor = value });

    private static OptionTable<Draft> AddNode(OptionTable<Draft> table) => table
        .Text("Nodes", "PATTERN", string.Empty, "a pattern of host names such as pi-*", "Nodes that it applies to.",
            static (o, text) => (o.Nodes = text).Length <= AlertMatcher.LengthMax)
        .Patterns("Labels", AlertMatcher.CountMax, AlertMatcher.LengthMax, "Labels of the nodes that it applies to.",
            static (o, patterns) => o.Labels = patterns);

    private static OptionTable<Draft> AddReading(OptionTable<Draft> table) => table
        .Text("Reading", "NAME", string.Empty, "the name of a reading", "Reading that is compared.", static (o, text) =>
        {
            o.Reading = text;
            return true;
        })
        .Number("Above", "NUMBER", null, double.NegativeInfinity, double.PositiveInfinity, "Upper limit.",
            static (o, value) => o.Above = value)
        .Number("Below", "NUMBER", null, double.NegativeInfinity, double.PositiveInfinity, "Lower limit.",
            static (o, value) => o.Below = value)
        .Number("Clear", "NUMBER", null, double.NegativeInfinity, double.PositiveInfinity, "Limit that ends the alert.",
            static (o, value) => o.Clear = value)
        .Text("Text", "TEXT", string.Empty, $"up to {TextLengthMax} characters without control characters",
            "Text of the alert.",
            static (o, text) => (o.Text = text).Length is > 0 and <= TextLengthMax
                && !text.Any(char.IsControl))
        .Text("Entry", "PATTERN", string.Empty, "a pattern such as /data*", "Entries that it applies to.",
            static (o, text) => (o.Rule = o.Rule with { Entry = text }).Entry.Length
                is > 0 and <= AlertMatcher.LengthMax);

    private static AlertRule? CreateReading(Draft draft, OptionValue group, ICollection<string> problems)
    {
        var reading = draft.Reading is null ? draft.Rule.Reading : AlertReading.Find(draft.Reading);
        if (reading is null)
        {
            problems.Add(group.Explain("Reading", draft.Reading is { } name
                ? $"there is no reading \"{name}\"{SuggestReadings(name)}; METRICS.md lists them all"
                : "is missing; give the name of a reading, such as cpu_temperature_celsius"));
            return null;
        }

        var hasLimit = draft.Above is not null || draft.Below is not null;
        var rule = draft.Create();
        rule = rule with
        {
            Reading = reading,
            Above = hasLimit ? draft.Above : rule.Above,
            Below = hasLimit ? draft.Below : rule.Below,
            Clear = draft.Clear ?? (hasLimit || draft.Reading is not null ? null : rule.Clear),
            Text = draft.Text ?? (draft.Reading is null ? rule.Text : null),
        };
        if ((rule.Above is null) == (rule.Below is null))
        {
            problems.Add(group.Explain("give either Above or Below"));
            return null;
        }

        if (rule.Clear > rule.Above || rule.Clear < rule.Below)
        {
            problems.Add(group.Explain("Clear", "must not be beyond the limit: at most Above, or at least Below"));
            return null;
        }

        return rule;
    }

    private static string SuggestReadings(string name)
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
        return similar.Count == 0 ? string.Empty : $" (did you mean {string.Join(" or ", similar)}?)";
    }

    private sealed class Draft
    {
        public bool IsEnabled { get; set; }

        public required AlertRule Rule { get; set; }

        public string? Nodes { get; set; }

        public IReadOnlyList<KeyValuePair<string, string>> Labels { get; set; } = [];

        public string? Reading { get; set; }

        public double? Above { get; set; }

        public double? Below { get; set; }

        public double? Clear { get; set; }

        public string? Text { get; set; }

        public AlertRule Create() => Nodes is null && Labels.Count == 0
            ? Rule
            : Rule with
            {
                Nodes = new AlertMatcher(Nodes is null
                    ? Labels
                    : [KeyValuePair.Create(AlertLabels.Hostname, Nodes), .. Labels]),
            };
    }
}
