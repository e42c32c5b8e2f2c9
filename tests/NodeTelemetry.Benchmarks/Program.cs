using NodeTelemetry.Benchmarks;

// Run by hand: ./build.sh bench NAME [options]. Every figure stands beside a reference that was measured in the same run.
switch (args)
{
    case ["opensearch", .. var options]:
        return await OpenSearchBenchmark.RunAsync(options);
    default:
        Console.Error.WriteLine(
            """
            usage: ./build.sh bench NAME [options]
              opensearch  how fast a backlog drains, beside a bare client and rsyslog [--documents 1000000]
            """);
        return 64;
}
