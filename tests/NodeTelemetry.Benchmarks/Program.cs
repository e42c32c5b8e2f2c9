using NodeTelemetry.Benchmarks;

// Run by hand: ./build.sh bench NAME [options]. Every figure is printed with a reference measured in the same run.
switch (args)
{
    case ["opensearch", .. var options]:
        return await OpenSearchBenchmark.RunAsync(options);
    case ["agent", .. var options]:
        return await AgentBenchmark.RunAsync(options);
    case ["soak", .. var options]:
        return AgentSoak.Run(options);
    case ["sweep", .. var options]:
        return SweepBenchmark.Run(options);
    case ["scrape", .. var options]:
        return await ScrapeBenchmark.RunAsync(options);
    case ["outage", .. var options]:
        return await OutageBenchmark.RunAsync(options);
    case ["memory", .. var options]:
        return await MemoryBenchmark.RunAsync(options);
    case ["idle", .. var options]:
        return await IdleBenchmark.RunAsync(options);
    case ["store", .. var options]:
        return StoreBenchmark.Run(options);
    case ["ingest", .. var options]:
        return await IngestBenchmark.RunAsync(options);
    case ["ingest-sink", var port]:
        return IngestPeers.RunSink(int.Parse(port, System.Globalization.CultureInfo.InvariantCulture));
    case ["micro"]:
        return MicroBenchmarks.Run();
    case ["scale", .. var options]:
        return await ScaleBenchmark.RunAsync(options);
    default:
        Console.Error.WriteLine(
            """
            usage: ./build.sh bench NAME [options]
              agent       memory, CPU, size and start of the agent, beside gmond, collectd, netdata and node_exporter
                          [--seconds 30] [--runs 3]
              soak        a day of the agent's samples as fast as they can be taken: memory and handles [--samples 86400]
              opensearch  how fast a backlog drains, beside a bare client and rsyslog; fails when a target is missed
                          [--documents 1000000] [--no-targets]
              sweep       what looking for silent nodes costs, beside reading every node's status [--nodes 14000]
              scrape      what a scrape of /metrics costs, beside prometheus-net with the same series
                          [--nodes 1000] [--series 500]
              ingest      what a datagram costs the collector, beside a bare recvmmsg(2), rsyslog and Python
                          [--rate 20000 --nodes 10000] [--seconds 10] [--runs 3]
              scale       CPU, memory, loss and bytes written for 10 to 100 000 nodes [--nodes N] [--seconds 30] [--runs 3]
              micro       parse, decode, apply and encode, one at a time, by BenchmarkDotNet
              outage      what the collector's memory does while OpenSearch is away [--seconds 3600]
              memory      the memory of the collector with few and with many nodes, beside the bytes of their samples
                          [--nodes 0,25,1000,5000,10000] [--seconds 60] [--runs 3] [--interval 1000]
              idle        CPU and wake-ups of the collector with few nodes, beside gmetad and Prometheus for as many
                          [--nodes 0,25,100] [--seconds 30] [--runs 3] [--interval 2000]
              store       what the history writes and takes, and its queries, beside a plain table; half an hour
                          [--hours 30] [--days 730] [--many 10000] [--minutes 20]
            """);
        return 64;
}
