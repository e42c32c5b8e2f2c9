namespace NodeTelemetry.Benchmarks;

/// <summary>An agent that is measured.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Program">Its executable.</param>
/// <param name="Package">The Debian package that it comes from; empty for ours.</param>
/// <param name="CreateCommand">Creates its command line, given a directory for its files and the UDP port to send to.</param>
/// <param name="ScrapePort">The port to scrape for each sample; <see langword="null"/> if it sends by itself.</param>
/// <param name="IsSending">Whether it sends datagrams to the port, so that its start can be measured.</param>
internal sealed record MeasuredAgent(
    string Name,
    string Program,
    string Package,
    Func<string, int, string[]> CreateCommand,
    int? ScrapePort = null,
    bool IsSending = true);
