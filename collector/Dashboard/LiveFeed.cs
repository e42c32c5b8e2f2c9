using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Hosting;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Dashboard;

/// <summary>Sends changes to all subscribed browsers as server-sent events, as API.md describes them.</summary>
internal sealed class LiveFeed(
    NodeRegistry registry,
    Action<Utf8JsonWriter> writeStatus,
    CollectorMetrics metrics,
    TimeProvider time) : ISampleListener, IHealthListener, IEventListener, IDisposable
{
    /// <summary>The maximum number of browsers: each costs a connection and a queue.
    /// A wall of screens has a dozen.</summary>
    public const int SubscriberCountMax = 256;

    /// <summary>The maximum number of one address: the tabs of a browser share one,
    /// and a reverse proxy has those of all its browsers.</summary>
    public const int PerAddressMax = 64;

    /// <summary>Least time between two updates: the first change is sent at once, and many nodes share an event.
    /// </summary>
    public static readonly TimeSpan UpdatePeriod = TimeSpan.FromMilliseconds(50);

    /// <summary>Maximum events in one update: more than a page shows. The API has the rest.</summary>
    private const int RaisedMax = 200;

    /// <summary>How often the collector's status is sent.</summary>
    private static readonly TimeSpan StatusPeriod = TimeSpan.FromSeconds(2);

    /// <summary>How often a comment is sent: proxies close connections that are silent for 30 to 60 s.</summary>
    private static readonly TimeSpan KeepAlivePeriod = TimeSpan.FromSeconds(15);

    /// <summary>The usual length of an event.</summary>
    private const int EventBytes = 4096;

    private static readonly byte[] KeepAlive = ":\n\n"u8.ToArray();

    private readonly Lock _lock = new();
    private readonly WakeSignal _signal = new(time);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly List<string> _removed = [];
    private readonly List<NodeEvent> _raised = [];
    private readonly List<LiveSubscription> _subscribers = [];

    // Ten times a second, thousands of nodes would each time let it grow to megabytes.
    private readonly ArrayBufferWriter<byte> _update = new(EventBytes);
    private readonly Dictionary<string, NodeStatus> _sent = new(StringComparer.Ordinal);
    private bool _hasEnded;
    private long _statusTimestamp = time.GetTimestamp();
    private long _keepAliveTimestamp = time.GetTimestamp();

    /// <summary>Gets the number of subscribed browsers.</summary>
    public int SubscriberCount
    {
        get
        {
            lock (_lock)
            {
                return _subscribers.Count;
            }
        }
    }

    /// <inheritdoc/>
    public void OnSample(AcceptedSnapshot accepted, NodeStatus status) => Mark(status.Id);

    /// <inheritdoc/>
    public void OnHealthChanged(NodeStatus status, NodeHealth? before)
    {
        if (status.Health != NodeHealth.Forgotten)
        {
            Mark(status.Id);
            return;
        }

        lock (_lock)
        {
            _changed.Remove(status.Id);
            if (_subscribers.Count > 0)
            {
                _removed.Add(status.Id);
                _signal.Set();
            }
        }
    }

    /// <inheritdoc/>
    public void OnEvent(NodeEvent raised)
    {
        lock (_lock)
        {
            if (_subscribers.Count == 0)
            {
                return;
            }

            if (_raised.Count == RaisedMax)
            {
                _raised.RemoveAt(0);
                metrics.LiveEventsSkipped.Inc();
            }

            _raised.Add(raised);
            _signal.Set();
        }
    }

    /// <summary>Subscribes a browser; the next update sends it the whole state.</summary>
    /// <param name="client">Its address.</param>
    /// <param name="refusal">Why it is refused.</param>
    /// <returns><see langword="null"/> if it is refused.</returns>
    public LiveSubscription? Subscribe(IPAddress? client, out HttpRefusal? refusal)
    {
        var address = ClientAddress.GetKey(client);
        lock (_lock)
        {
            refusal = _hasEnded ? HttpRefusal.Stopping
                : _subscribers.Count >= SubscriberCountMax ? HttpRefusal.Total
                : _subscribers.Count(other => other.Address.Equals(address)) >= PerAddressMax ? HttpRefusal.Address
                : null;
            if (refusal is { } reason)
            {
                metrics.LiveSubscribersRefused[reason].Inc();
                return null;
            }

            var subscription = new LiveSubscription(address, Remove);
            _subscribers.Add(subscription);
            _signal.Set();
            return subscription;
        }
    }

    /// <summary>Sends until cancelled, then ends all subscriptions.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await _signal.WaitAsync(Wait(), cancellation);
                Publish();
                PublishPeriodic();
                await Task.Delay(UpdatePeriod, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            lock (_lock)
            {
                // Browsers reconnect immediately; new subscriptions would never end.
                _hasEnded = true;
                _subscribers.ForEach(static subscription => subscription.Complete());
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _signal.Dispose();

    /// <summary>Sends what has changed since the last call.</summary>
    internal void Publish()
    {
        List<string> changed;
        List<string> removed;
        List<NodeEvent> raised;
        lock (_lock)
        {
            if (_subscribers.Count == 0)
            {
                _changed.Clear();
                _removed.Clear();
                _raised.Clear();
                _sent.Clear();
                return;
            }

            changed = [.. _changed];
            removed = [.. _removed];
            raised = [.. _raised];
            _changed.Clear();
            _removed.Clear();
            _raised.Clear();
        }

        var started = time.GetTimestamp();
        if (removed.Count > 0)
        {
            Broadcast(() => Removed(removed));
        }

        if (changed.Count > 0)
        {
            Broadcast(() => Update(changed));
        }

        if (raised.Count > 0)
        {
            Broadcast(() => Raised(raised));
        }

        SendWhole();
        if (removed.Count + changed.Count + raised.Count > 0)
        {
            metrics.LiveUpdateDuration.Observe(time.GetElapsedTime(started).TotalSeconds);
        }
    }

    /// <summary>Gets the time until something is due if nothing changes; without a browser, nothing ever is.</summary>
    private TimeSpan Wait()
    {
        if (SubscriberCount == 0)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var status = StatusPeriod - time.GetElapsedTime(_statusTimestamp);
        return status > TimeSpan.Zero ? status : TimeSpan.Zero;
    }

    private void PublishPeriodic()
    {
        if (time.GetElapsedTime(_statusTimestamp) >= StatusPeriod)
        {
            _statusTimestamp = time.GetTimestamp();
            Broadcast(Status);
        }

        if (time.GetElapsedTime(_keepAliveTimestamp) >= KeepAlivePeriod)
        {
            _keepAliveTimestamp = time.GetTimestamp();
            Broadcast(static () => KeepAlive);
        }
    }

    private static byte[] Event(string name, Action<Utf8JsonWriter> write) =>
        Event(new ArrayBufferWriter<byte>(EventBytes), name, write);

    private static byte[] Event(ArrayBufferWriter<byte> buffer, string name, Action<Utf8JsonWriter> write)
    {
        buffer.ResetWrittenCount();
        Encoding.UTF8.GetBytes($"event: {name}\ndata: ", buffer);
        using (var writer = new Utf8JsonWriter(buffer, NodeJson.WriterOptions))
        {
            write(writer);
        }

        buffer.Write("\n\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private byte[] Removed(List<string> ids) => Event("removed", writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("ids"u8);
        foreach (var id in ids)
        {
            _sent.Remove(id);
            writer.WriteStringValue(id);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static byte[] Raised(List<NodeEvent> raised) => Event("events", writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("events"u8);
        raised.ForEach(each => EventJson.Write(writer, each));
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private byte[] Status() => Event("status", writeStatus);

    private byte[] Update(List<string> ids) => Event(_update, "update", writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("time"u8, time.GetUtcNow().ToUnixTimeMilliseconds());
        writer.WriteStartArray("nodes"u8);
        foreach (var id in ids)
        {
            if (registry.TryGet(id, out var status))
            {
                Write(writer, status);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    // Called by the publishing loop only.
    private void Write(Utf8JsonWriter writer, NodeStatus status)
    {
        _sent.TryGetValue(status.Id, out var sent);
        _sent[status.Id] = status;
        var about = ReferenceEquals(sent?.About, status.About) && ReferenceEquals(sent?.Labels, status.Labels)
            ? NodeJson.Sections.None
            : NodeJson.Sections.About;

        // The page takes readings for a new sample, so a change of health alone must not repeat them.
        var readings = ReferenceEquals(
            sent?.Readings, status.Readings) ? NodeJson.Sections.None : NodeJson.Sections.Readings;
        NodeJson.Write(writer, status, time, about | readings);
    }

    private void Mark(string id)
    {
        lock (_lock)
        {
            if (_subscribers.Count > 0)
            {
                _changed.Add(id);
                _signal.Set();
            }
        }
    }

    private void Broadcast(Func<byte[]> create)
    {
        var subscribers = Subscribers();
        if (subscribers.Length == 0)
        {
            return;
        }

        var message = create();
        foreach (var subscription in subscribers)
        {
            if (!subscription.TrySend(message))
            {
                metrics.LiveEventsSkipped.Inc();
            }
        }
    }

    private void SendWhole()
    {
        var waiting = Subscribers()
            .Where(static subscription => subscription is { NeedsWhole: true, HasRoom: true })
            .ToList();
        if (waiting.Count == 0)
        {
            return;
        }

        var nodes = Event("nodes", writer => NodeJson.WriteAll(writer, registry.Statuses, time));
        var status = Status();
        waiting.ForEach(subscription => subscription.SendWhole(nodes, status));
    }

    private LiveSubscription[] Subscribers()
    {
        lock (_lock)
        {
            return [.. _subscribers];
        }
    }

    private void Remove(LiveSubscription subscription)
    {
        lock (_lock)
        {
            _subscribers.Remove(subscription);
        }
    }
}
