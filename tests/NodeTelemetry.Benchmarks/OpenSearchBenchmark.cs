using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>How fast a backlog drains into a real OpenSearch.</summary>
internal static class OpenSearchBenchmark
{
    /// <summary>Runs it.</summary>
    /// <param name="options">What stood behind its name.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] options)
    {
        if (options.Length > 0 || OpenSearchServer.Find(out var reason) is null)
        {
            OpenSearchServer.Find(out reason);
            Console.Error.WriteLine($"bench opensearch: cannot run. {reason}");
            return 69;
        }

        await using var server = await OpenSearchServer.StartAsync();
        Console.WriteLine($"OpenSearch listens at {server.Address}.");
        return 0;
    }
}
