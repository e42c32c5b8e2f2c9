using NodeTelemetry.Hosting.Commands;

namespace NodeTelemetry.Agent.Options;

/// <summary>The commands of the agent, for its command line, help and shell completion.</summary>
internal static class AgentCommands
{
    /// <summary>Sample and send until stopped.</summary>
    public const string Run = "run";

    /// <summary>Print one sample.</summary>
    public const string Once = "once";

    /// <summary>Report what is missing on this node.</summary>
    public const string Doctor = "doctor";

    /// <summary>Write the pages of a display as PNG.</summary>
    public const string Render = "render";

    /// <summary>Compare sensors with a thermometer.</summary>
    public const string Calibrate = "calibrate";

    /// <summary>Create a key file.</summary>
    public const string Key = "key";

    /// <summary>Print the completion for a shell.</summary>
    public const string Completion = "completion";

    /// <summary>Print the manual page.</summary>
    public const string Man = "man";

    /// <summary>Gets the agent's command line.</summary>
    public static ProgramDescription Program { get; } = new(
        "nodetelemetry-agent",
        "reads the state of this node and its sensors and sends it as JSON by multicast.",
        "Options may also be given in a file (\"Interval\": \"2s\") and in the environment "
            + "(NODETELEMETRY_INTERVAL=2s). The command line takes precedence "
            + "over the environment, and that over the file.\n"
            + "The file is the one of --config; without it, appsettings.json next to the program and then "
            + "/etc/nodetelemetry/agent.json. SIGHUP reloads it. "
            + "Durations are written 500ms, 2s, 1m, 1h, 1d or 00:00:02.",
        [
            new(Run, "Sample and send until stopped (default)."),
            new(Once, "Print one sample as JSON and send nothing."),
            new(Doctor, "Report what is missing on this node and how to fix it; exit with 0 (no findings), "
                + "1 (warnings) or 2 (errors)."),
            new(Render, "Write the pages of a HAT's display as PNG; no HAT is needed.")
            {
                Options =
                [
                    new("page", "NAME", "all", "a page, or all", "The page to write; all by default."),
                    new("output", "FILE", "", "a path",
                        "The file, or the directory for all pages; the current directory by default."),
                    new("from", "FILE", "", "a path", "Draw a sample printed by \"once\", not one of this node."),
                    new("scale", "NUMBER", "", "1 to 100", "Columns and rows per pixel; 4 or 80 by default."),
                ],
            },
            new(Calibrate, "Compare the sensors of a HAT with a thermometer next to it for a minute, and print the "
                + "option that corrects them.") { Arguments = "CELSIUS", WordCountMax = 1 },
            new(Completion, "Print the shell completion: source <(nodetelemetry-agent completion bash).")
            {
                Arguments = "bash|zsh|fish",
                WordCountMax = 1,
                Words = CompletionScript.Shells,
            },
            new(Man, "Print the manual page: nodetelemetry-agent man | man -l -."),
            new(Key, "Create a key file to sign with; every datagram contains NAME.")
            {
                Arguments = "new FILE [NAME]",
                WordCountMax = 3,
                Words = ["new"],
            },
        ],
        AgentOptionTable.All.Definitions);
}
