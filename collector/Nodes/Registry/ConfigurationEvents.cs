using System.Net;
using System.Net.Sockets;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>Raises an event when the configuration that a node reports changes. For the ingest loop only.</summary>
internal sealed class ConfigurationEvents(NodeEvents events)
{
    /// <summary>Compares a node with its status before the newest datagram.</summary>
    public void OnSample(NodeStatus status, NodeStatus before)
    {
        // Two machines with one id would change it in turn with every datagram; the conflict is reported instead.
        if (status.Conflict is { Kind: NodeEventKind.DuplicateNode })
        {
            return;
        }

        var isAboutSame = ReferenceEquals(status.About, before.About) && ReferenceEquals(status.Labels, before.Labels);
        if (isAboutSame && status.Hostname == before.Hostname
            && (status.Header is null || status.Interval == before.Interval))
        {
            return;
        }

        var changes = new List<string>();
        Add(changes, "host name", before.Hostname, status.Hostname);
        if (status.Header is not null)
        {
            Add(changes, "interval", Text(before.Interval), Text(status.Interval));
        }

        // A value that was unknown before has not changed.
        if (before.About is not null && status.About is not null)
        {
            Add(changes, before.About, status.About);
            Add(changes, "labels", Text(before.Labels), Text(status.Labels));
        }

        if (changes.Count > 0)
        {
            events.Raise(
                NodeEventKind.Configuration, status,
                $"Node {status.Hostname} changed its configuration: {string.Join("; ", changes)}.",
                new EventDetails { Changes = changes, Address = status.Address });
        }
    }

    private static void Add(List<string> changes, AboutReading before, AboutReading now)
    {
        Add(changes, "board", before.Board, now.Board);
        Add(changes, "system", before.OperatingSystem, now.OperatingSystem);
        Add(changes, "kernel", before.Kernel, now.Kernel);
        Add(changes, "agent", before.AgentVersion, now.AgentVersion);
        Add(changes, "cores", $"{before.CoreCount}", $"{now.CoreCount}");
        Add(changes, "HAT", before.Hat, now.Hat);
        Add(changes, "addresses", Text(before.Addresses), Text(now.Addresses));
    }

    private static void Add(List<string> changes, string name, string? before, string? now)
    {
        if (before != now)
        {
            changes.Add($"{name}: {Shown(before)} → {Shown(now)}");
        }
    }

    private static string Shown(string? text) => string.IsNullOrEmpty(text) ? "none" : text;

    private static string Text(TimeSpan interval) => FormattableString.Invariant($"{interval.TotalSeconds} s");

    private static string Text(IReadOnlyList<KeyValuePair<string, string>>? labels) =>
        string.Join(", ", (labels ?? []).Select(static label => $"{label.Key}={label.Value}"));

    // IPv6 privacy addresses change every day, which is not worth an event.
    private static string Text(IReadOnlyList<string>? addresses) =>
        string.Join(", ", (addresses ?? []).Where(IsIPv4).Order(StringComparer.Ordinal));

    private static bool IsIPv4(string text) =>
        IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork;
}
