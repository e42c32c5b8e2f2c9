using NodeTelemetry.Benchmarks;

// Run by hand: ./build.sh bench NAME [options]. Every figure stands beside a reference that was measured in the same run.
switch (args)
{
    case ["opensearch", .. var options]:
        return await OpenSearchBenchmark.RunAsync(options);
    case ["outage", .. var options]:
        return await OutageBenchmark.RunAsync(options);
    default:
        Console.Error.WriteLine(
            """
            usage: ./build.sh bench NAME [options]
              opensearch  how fast a backlog drains, beside a bare client and rsyslog [--documents 1000000]
              outage      what the collector's memory does while OpenSearch is away [--seconds 3600]
            """);
        return 64;
}
