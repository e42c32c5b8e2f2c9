using System.Net;
using NodeTelemetry.Collector.Alerts.Channels;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Dashboard;
using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Collector.Ingest;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Options;

/// <summary>All options of the collector.</summary>
internal sealed class CollectorOptions
{
    /// <summary>Gets the options of the UDP sockets.</summary>
    public ListenOptions Listen { get; } = new();

    /// <summary>Gets the options of signatures.</summary>
    public TrustOptions Trust { get; } = new();

    /// <summary>Gets the times after which nodes are late, lost and forgotten.</summary>
    public NodeOptions Nodes { get; } = new();

    /// <summary>Gets the options of the page, the API and the metrics.</summary>
    public HttpOptions Http { get; } = new();

    /// <summary>Gets or sets the options of the database.</summary>
    public StorageSettings Database { get; set; } = new() { Path = string.Empty };

    /// <summary>Gets or sets the options of the export.</summary>
    public ExportSettings OpenSearch { get; set; } = new();

    /// <summary>Gets the options of alerts.</summary>
    public AlertOptions Alerts { get; } = new();

    /// <summary>The options of the UDP sockets.</summary>
    internal sealed class ListenOptions
    {
        /// <summary>Gets or sets the UDP port.</summary>
        public int Port { get; set; }

        /// <summary>Gets or sets the addresses of the groups.</summary>
        public IReadOnlyList<string> Groups { get; set; } = [];

        /// <summary>Gets or sets the names of the interfaces; empty for all.</summary>
        public IReadOnlyList<string> Interfaces { get; set; } = [];

        /// <summary>Gets or sets a value indicating whether raspi-cluster's group is joined as well.</summary>
        public bool RaspiCluster { get; set; }

        /// <summary>Gets or sets the kernel's receive buffer per socket, in bytes.</summary>
        public int ReceiveBufferBytes { get; set; }

        /// <summary>Gets or sets the limit of the datagram queue.</summary>
        public int QueueLength { get; set; }
    }

    /// <summary>The options of signatures.</summary>
    internal sealed class TrustOptions
    {
        /// <summary>Gets or sets which datagrams must be signed.</summary>
        public SignaturePolicy Signatures { get; set; }

        /// <summary>Gets or sets the keys file; <see langword="null"/> for none.</summary>
        public string? KeysFile { get; set; }
    }

    /// <summary>The times after which nodes are late, lost and forgotten.</summary>
    internal sealed class NodeOptions
    {
        /// <summary>Gets or sets the silence after which a node is late, in its intervals.</summary>
        public double LateAfterIntervals { get; set; }

        /// <summary>Gets or sets the silence after which a node is lost, in its intervals.</summary>
        public double LostAfterIntervals { get; set; }

        /// <summary>Gets or sets the same for a node that does not reply to probes.</summary>
        public double UnprobedLostAfterIntervals { get; set; }

        /// <summary>Gets or sets the minimum silence after which a node is lost.</summary>
        public TimeSpan LostAfterMin { get; set; }

        /// <summary>Gets or sets when a node is expected back whose goodbye does not say.</summary>
        public TimeSpan BackAfter { get; set; }

        /// <summary>Gets or sets the tolerance for announced returns.</summary>
        public TimeSpan BackMargin { get; set; }

        /// <summary>Gets or sets the silence after which a node is forgotten.</summary>
        public TimeSpan ForgetAfter { get; set; }

        /// <summary>Gets or sets the limit of nodes.</summary>
        public int CountMax { get; set; }

        /// <summary>Gets the limits for the loss detector.</summary>
        public HealthLimits ToLimits() => new(
            LateAfterIntervals, LostAfterIntervals, UnprobedLostAfterIntervals, LostAfterMin, ForgetAfter)
        {
            BackAfter = BackAfter,
            BackMargin = BackMargin,
        };
    }

    /// <summary>The options of the page, the API and the metrics.</summary>
    internal sealed class HttpOptions
    {
        /// <summary>Gets or sets the address.</summary>
        public IPAddress Address { get; set; } = IPAddress.Loopback;

        /// <summary>Gets or sets the host names that browsers may use.</summary>
        public IReadOnlyList<string> Hosts { get; set; } = [];

        /// <summary>Gets or sets the TCP port.</summary>
        public int Port { get; set; }

        /// <summary>Gets or sets the certificate's file.</summary>
        public string? CertificateFile { get; set; }

        /// <summary>Gets or sets the file of the certificate's private key.</summary>
        public string? CertificateKeyFile { get; set; }

        /// <summary>Gets or sets authentication and encryption.</summary>
        public HttpAccessSettings Access { get; set; } = new();

        /// <summary>Gets the page's address as seen from the network.</summary>
        public Uri Page => new UriBuilder(
            Access.Certificate is null ? "http" : "https",
            Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any)
                ? Environment.MachineName
                : Address.ToString(),
            Port).Uri;
    }

    /// <summary>The options of alerts.</summary>
    internal sealed class AlertOptions
    {
        /// <summary>Gets or sets the rules.</summary>
        public IReadOnlyList<AlertRule> Rules { get; set; } = DefaultRules.All;

        /// <summary>Gets or sets the defaults of all channels.</summary>
        public ChannelSettings Defaults { get; set; } = new() { Name = "log", Type = "log" };

        /// <summary>Gets or sets the channels.</summary>
        public IReadOnlyList<ChannelSettings> Channels { get; set; } = [];

        /// <summary>Gets or sets the maintenance windows.</summary>
        public IReadOnlyList<MaintenanceWindow> Windows { get; set; } = [];

        /// <summary>Gets or sets the page's address in notifications.</summary>
        public Uri? Page { get; set; }
    }
}
