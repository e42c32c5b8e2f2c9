using NodeTelemetry.Hosting.Commands;

namespace NodeTelemetry.Collector.Options;

/// <summary>The commands of the collector, for its command line, help and shell completion.</summary>
internal static class CollectorCommands
{
    /// <summary>Collect until stopped.</summary>
    public const string Run = "run";

    /// <summary>Send a test through the alert channels.</summary>
    public const string TestAlert = "test-alert";

    /// <summary>Documents that OpenSearch rejected, and the backlog.</summary>
    public const string DeadLetters = "dead-letters";

    /// <summary>Copy what can be read of a damaged database into the current one.</summary>
    public const string Recover = "recover";

    /// <summary>Check or set up OpenSearch.</summary>
    public const string OpenSearch = "opensearch";

    /// <summary>Check that the running collector responds.</summary>
    public const string Health = "health";

    /// <summary>Print the completion for a shell.</summary>
    public const string Completion = "completion";

    /// <summary>Print the manual page.</summary>
    public const string Man = "man";

    /// <summary>Words are dead letters or channels, of which a user names a few.</summary>
    private const int WordCountMax = 1000;

    /// <summary>Gets the collector's command line.</summary>
    public static ProgramDescription Program { get; } = new(
        "nodetelemetry-collector",
        "receives the samples of all nodes, keeps state and history, and serves the live page.",
        "Options may be given in a file (\"Http\": { \"Port\": 8077 }), in the environment "
            + "(NODETELEMETRY_HTTP__PORT=8077) or on the command line (--http-port 8077); the last takes precedence.\n"
            + "The files are appsettings.json next to the program, /etc/nodetelemetry/collector.json, "
            + "and the one of --config. Durations are written 500ms, 2s, 5m, 1h, 7d; sizes 4096, 64KiB, 512MiB.",
        [
            new(Run, "Collect until stopped (default)."),
            new(TestAlert, "Send a test notification through all or some alert channels.")
            {
                Arguments = "[CHANNEL…]",
                WordCountMax = WordCountMax,
            },
            new(DeadLetters, "Manage documents that OpenSearch rejected, and the backlog.")
            {
                Arguments = "VERB",
                WordCountMax = WordCountMax,
                Words = ["list", "export", "replay", "drop", "pending", "discard"],
            },
            new(Recover, "Copy what can be read of a quarantined database into the current one.")
            {
                Arguments = "FILE",
                WordCountMax = 1,
            },
            new(OpenSearch, "Check OpenSearch without changing it, or install templates, policy, monitor and "
                + "dashboards.")
            {
                Arguments = "check|setup",
                WordCountMax = 1,
                Words = ["check", "setup"],
            },
            new(Health, "Check that the collector that runs with these options responds; for health checks."),
            new(Completion, "Print the shell completion: source <(nodetelemetry-collector completion bash).")
            {
                Arguments = "bash|zsh|fish",
                WordCountMax = 1,
                Words = CompletionScript.Shells,
            },
            new(Man, "Print the manual page: nodetelemetry-collector man | man -l -."),
        ],
        CollectorOptionTable.All.Definitions);
}
