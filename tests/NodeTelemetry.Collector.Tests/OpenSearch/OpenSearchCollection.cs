using Xunit;

namespace NodeTelemetry.Collector.Tests.OpenSearch;

/// <summary>Tests with a real server run one after the other: each takes a core and half a gigabyte.</summary>
[CollectionDefinition(Name)]
public sealed class OpenSearchCollection
{
    public const string Name = "OpenSearch";
}
