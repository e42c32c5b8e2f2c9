using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Export.Http;
using NodeTelemetry.Collector.Export.Indices;
using NodeTelemetry.Collector.Export.Settings;

namespace NodeTelemetry.Collector.Tests.Export.Indices;

/// <summary>The classes that maintain indices, against the server at an address.</summary>
internal sealed class IndexBench : IDisposable
{
    public IndexBench(Uri host, IndexSettings? indices = null, ILogger? logger = null)
    {
        Settings = new ExportSettings
        {
            Hosts = [host],
            Indices = indices ?? new(),
            RetryDelayMax = TimeSpan.FromMilliseconds(300),
        };
        Connection = new OpenSearchConnection(Settings, TimeProvider.System);
        Api = new OpenSearchApi(Connection);
        Templates = new TemplateInstaller(Connection, Settings, logger ?? NullLogger.Instance);
        Policies = new PolicyInstaller(Api, Settings.Indices, logger ?? NullLogger.Instance);
    }

    public ExportSettings Settings { get; }

    public OpenSearchConnection Connection { get; }

    public OpenSearchApi Api { get; }

    public TemplateInstaller Templates { get; }

    public PolicyInstaller Policies { get; }

    public static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    public BuiltInRetention Retention(TimeProvider time) =>
        new(Api, Settings.Indices, time, NullLogger.Instance);

    public void Dispose() => Connection.Dispose();
}
