using NodeTelemetry.Collector.Nodes.Events;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>The listeners of a <see cref="NodeRegistry"/>; each list is called in order.</summary>
/// <param name="Samples">Listeners for accepted datagrams.</param>
/// <param name="Health">Listeners for changes of health.</param>
/// <param name="Events">Listeners for events.</param>
internal sealed record NodeListeners(
    IReadOnlyList<ISampleListener> Samples,
    IReadOnlyList<IHealthListener> Health,
    IReadOnlyList<IEventListener> Events)
{
    /// <summary>No listeners.</summary>
    public static readonly NodeListeners None = new([], [], []);
}
