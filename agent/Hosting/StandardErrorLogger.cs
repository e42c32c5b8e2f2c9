using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Hosting;

/// <summary>Writes log lines to standard error, with the priority that journald understands when it listens.</summary>
/// <remarks>Source: sd-daemon(3), "&lt;4&gt;" and the like; JOURNAL_STREAM in systemd.exec(5).
/// Times are added by the journal.</remarks>
internal sealed class StandardErrorLogger(LogLevel levelMin, bool isJournal) : ILogger
{
    /// <summary>Gets or sets the least level that is written.</summary>
    public LogLevel LevelMin { get; set; } = levelMin;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LevelMin && logLevel != LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var prefix = isJournal ? JournalPrefix(logLevel) : PlainPrefix(logLevel);
        var text = formatter(state, exception);
        StandardStream.WriteError(exception is null
            ? $"{prefix}[{eventId.Id}] {text}"
            : $"{prefix}[{eventId.Id}] {text} {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}");
    }

    private static string JournalPrefix(LogLevel level) => level switch
    {
        LogLevel.Critical => "<2>",
        LogLevel.Error => "<3>",
        LogLevel.Warning => "<4>",
        LogLevel.Information => "<6>",
        _ => "<7>",
    };

    private static string PlainPrefix(LogLevel level) => level switch
    {
        LogLevel.Critical => "critical: ",
        LogLevel.Error => "error: ",
        LogLevel.Warning => "warning: ",
        LogLevel.Information => "info: ",
        _ => "debug: ",
    };
}
