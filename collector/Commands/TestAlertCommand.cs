using NodeTelemetry.Collector.Alerts.Channels;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Options;

namespace NodeTelemetry.Collector.Commands;

/// <summary><c>test-alert [channel…]</c>: sends one test alert and its end through channels,
/// and prints each response.</summary>
internal static class TestAlertCommand
{
    private const int Delivered = 0;
    private const int NotDelivered = 1;
    private const int Usage = 64;

    /// <summary>Runs the command.</summary>
    /// <param name="options">The options.</param>
    /// <param name="page">The page's address.</param>
    /// <param name="names">The channels to try; none for all.</param>
    /// <param name="time">The clock.</param>
    /// <param name="output">Receives the responses.</param>
    /// <returns>Exit code: 0 if every channel delivered both, 1 if one did not, 64 for an unknown channel.</returns>
    public static async Task<int> RunAsync(
        CollectorOptions.AlertOptions options,
        Uri page,
        IReadOnlyList<string> names,
        TimeProvider time,
        TextWriter output)
    {
        var unknown = names.Where(name => options.Channels.All(channel => channel.Name != name)).ToList();
        if (unknown.Count > 0)
        {
            await output.WriteLineAsync(
                $"There is no channel {string.Join(", ", unknown)}; there are "
                + $"{string.Join(", ", options.Channels.Select(static channel => channel.Name))}.");
            return Usage;
        }

        using var loggers = LoggerFactory.Create(static logging => logging.AddSimpleConsole(
            static console => console.SingleLine = true));
        var logger = loggers.CreateLogger<LogAlertChannel>();
        var code = Delivered;
        foreach (var settings in options.Channels.Where(channel => names.Count == 0 || names.Contains(channel.Name)))
        {
            var (isDelivered, answer) = await TryAsync(settings, options.Page ?? page, logger, time);
            await output.WriteLineAsync(
                $"{settings.Name} ({settings.Type}): {(isDelivered ? "ok: " : "FAILED: ")}{answer}");
            code = isDelivered ? code : NotDelivered;
        }

        return code;
    }

    private static async Task<(bool IsDelivered, string Answer)> TryAsync(
        ChannelSettings settings, Uri page, ILogger<LogAlertChannel> logger, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var alert = new Alert
        {
            Id = "test",
            Rule = "test",
            Severity = AlertSeverity.Info,
            Phase = AlertPhase.Firing,
            Since = now,
            FiredAt = now,
            Summary = $"This is a test alert from the collector on {Environment.MachineName}.",
        };
        var over = alert with { Phase = AlertPhase.Resolved, ResolvedAt = now };
        var firing = new AlertNotification([alert], [], [alert], now, Environment.MachineName, page) { IsTest = true };
        using var channel = AlertChannels.Create(settings, logger);
        using var timeout = new CancellationTokenSource(settings.Timeout, time);
        try
        {
            var answer = await channel.SendAsync(firing, timeout.Token);
            return settings.SendResolved
                ? (true, await channel.SendAsync(
                    firing with { Firing = [], Resolved = [over], Active = [] }, timeout.Token))
                : (true, answer);
        }
        catch (AlertDeliveryException failure)
        {
            return (false, failure.Message);
        }
        catch (OperationCanceledException)
        {
            return (false, $"no answer within {settings.Timeout.TotalSeconds:0.#} s.");
        }
    }
}
