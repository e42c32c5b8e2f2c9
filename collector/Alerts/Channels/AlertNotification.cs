using System.Globalization;
using System.Text;
using NodeTelemetry.Collector.Alerts.Rules;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>One message of a channel: everything that changed since its previous notification.</summary>
/// <param name="Firing">Firing alerts that were not sent yet.</param>
/// <param name="Resolved">Resolved alerts whose firing was sent.</param>
/// <param name="Active">All alerts that fire, those in <paramref name="Firing"/> among them.</param>
/// <param name="At">When it was created.</param>
/// <param name="Collector">The collector's host name.</param>
/// <param name="Page">The address of the collector's page.</param>
internal sealed record AlertNotification(
    IReadOnlyList<Alert> Firing,
    IReadOnlyList<Alert> Resolved,
    IReadOnlyList<Alert> Active,
    DateTimeOffset At,
    string Collector,
    Uri Page)
{
    /// <summary>Maximum alerts listed in a text; of the rest only the number is given.</summary>
    public const int ListedMax = 20;

    /// <summary>Maximum characters of a title: services truncate longer ones.</summary>
    private const int TitleLengthMax = 200;

    /// <summary>Minimum characters of a line about an alert: in less room the page is not linked.</summary>
    private const int LineLengthMin = 60;

    /// <summary>Gets a value indicating whether it only repeats alerts that were sent before.</summary>
    public bool IsReminder => Firing.Count == 0 && Resolved.Count == 0;

    /// <summary>Gets a value indicating whether it is a test of the channel.</summary>
    public bool IsTest { get; init; }

    /// <summary>Gets the worst severity of its alerts.</summary>
    public AlertSeverity Severity =>
        Reported.Count == 0 ? AlertSeverity.Info : Reported.Max(static alert => alert.Severity);

    /// <summary>Gets <c>firing</c>, or <c>resolved</c> if no alert fires.</summary>
    public string Status => Active.Count > 0 ? "firing" : "resolved";

    /// <summary>Gets the most important facts in one line.</summary>
    public string Title
    {
        get
        {
            var text = Reported switch
            {
                [] => "No alerts",
                [var only] when IsReminder => "Still: " + only.Summary,
                [var only] => (Resolved.Count == 1 ? "Resolved: " : string.Empty) + only.Summary,
                _ => string.Join(", ", Counts()) + ": " + string.Join(", ", ByRule(Reported)),
            };
            return new TextLimit(TitleLengthMax).Cut(OneLine(IsTest ? "Test: " + text : text));
        }
    }

    /// <summary>Gets the whole text: a line for each alert, up to <see cref="ListedMax"/>.</summary>
    public string Body => List(ListedMax) + PageLine;

    private string PageLine => Page.AbsoluteUri + "\n";

    /// <summary>Gets the text within a limit: it lists fewer alerts, and says how many are not listed.</summary>
    public string FitBody(TextLimit limit)
    {
        for (var listed = ListedMax; listed > 0; listed--)
        {
            var body = List(listed) + PageLine;
            if (limit.Accepts(body))
            {
                return body;
            }
        }

        var beside = limit.Beside(PageLine + "\n");
        return beside.Max >= LineLengthMin ? beside.Cut(List(1)) + "\n" + PageLine : limit.Cut(List(1));
    }

    /// <summary>Divides it into two that report half of the changes each.</summary>
    /// <param name="isActiveDivided">Whether the alerts that were sent before are divided too.</param>
    /// <returns>Nothing if it cannot be divided.</returns>
    public IReadOnlyList<AlertNotification> Divide(bool isActiveDivided)
    {
        var fresh = Firing.ToHashSet();
        var older = Active.Where(alert => !fresh.Contains(alert));
        var changes = Firing.Concat(Resolved).Concat(isActiveDivided ? older : []).ToList();
        var middle = changes.Count / 2;
        return middle == 0 ? [] : [Keep(changes.Take(middle)), Keep(changes.Skip(middle))];

        AlertNotification Keep(IEnumerable<Alert> part)
        {
            var kept = part.ToHashSet();
            return this with
            {
                Firing = [.. Firing.Where(kept.Contains)],
                Resolved = [.. Resolved.Where(kept.Contains)],
                Active = isActiveDivided ? [.. Active.Where(kept.Contains)] : Active,
            };
        }
    }

    private IReadOnlyList<Alert> Reported => IsReminder ? Active : [.. Firing, .. Resolved];

    // A line break in a subject or header would be rejected, or begin another header.
    private static string OneLine(string text) => string.Create(text.Length, text, static (line, text) =>
    {
        for (var index = 0; index < line.Length; index++)
        {
            line[index] = char.IsControl(text[index]) || text[index] is '\u2028' or '\u2029' ? ' ' : text[index];
        }
    });

    private static IEnumerable<string> ByRule(IReadOnlyList<Alert> alerts) => alerts
        .CountBy(static alert => alert.Rule)
        .OrderByDescending(static rule => rule.Value)
        .Select(static rule => rule.Value == 1 ? rule.Key : $"{rule.Value} × {rule.Key}");

    private string List(int listed)
    {
        var text = new StringBuilder();
        if (IsReminder)
        {
            List(text, "Still firing", Active, listed);
            return text.ToString();
        }

        List(text, "Firing", Firing, listed);
        List(text, "Resolved", Resolved, listed);
        var older = Active.Count - Firing.Count;
        if (older > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{older} more still firing\n");
        }

        return text.ToString();
    }

    /// <summary>Lists alerts, the worst first: they are listed if not all can be.</summary>
    private static void List(StringBuilder text, string title, IReadOnlyList<Alert> alerts, int listed)
    {
        if (alerts.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"{title}:\n");
        foreach (var alert in alerts.OrderByDescending(static alert => alert.Severity).Take(listed))
        {
            text.Append(CultureInfo.InvariantCulture, $"- [{alert.Severity.Name()}] {alert.Summary}");
            text.Append(alert.Phase == AlertPhase.Resolved
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $" From {alert.FiredAt:yyyy-MM-dd HH:mm:ss} to {alert.ResolvedAt:HH:mm:ss} UTC.")
                : string.Create(CultureInfo.InvariantCulture, $" Since {alert.Since:yyyy-MM-dd HH:mm:ss} UTC."));
            text.Append(alert.Ending is { } ending ? $" {ending}\n" : "\n");
        }

        if (alerts.Count > listed)
        {
            text.Append(CultureInfo.InvariantCulture, $"- and {alerts.Count - listed} more\n");
        }
    }

    private IEnumerable<string> Counts()
    {
        if (Firing.Count > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{Firing.Count} firing");
        }

        if (Resolved.Count > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{Resolved.Count} resolved");
        }

        if (IsReminder)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{Active.Count} still firing");
        }
    }
}
