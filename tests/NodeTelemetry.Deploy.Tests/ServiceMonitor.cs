using k8s;
using k8s.Models;

namespace NodeTelemetry.Deploy.Tests;

/// <summary>What the chart uses of the Prometheus operator's ServiceMonitor, which the client library does not know.</summary>
/// <remarks>Source: monitoring.coreos.com/v1 of prometheus-operator, Documentation/api-reference.</remarks>
internal sealed class ServiceMonitor : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = string.Empty;

    public string Kind { get; set; } = string.Empty;

    public V1ObjectMeta Metadata { get; set; } = new();

    public ServiceMonitorSpec Spec { get; set; } = new();

    internal sealed class ServiceMonitorSpec
    {
        public V1LabelSelector Selector { get; set; } = new();

        public IList<Endpoint> Endpoints { get; set; } = [];
    }

    internal sealed class Endpoint
    {
        public string Port { get; set; } = string.Empty;

        public string Path { get; set; } = string.Empty;

        public string Interval { get; set; } = string.Empty;

        public bool HonorLabels { get; set; }
    }
}
