using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Transport;

/// <summary>Sends datagrams to the groups on all selected interfaces, and to the unicast targets.</summary>
/// <remarks>
/// A failing output does not affect the others: it is counted,
/// logged (throttled) and paused until the interfaces are listed again. Allocates: nothing per datagram.
/// Not thread-safe.
/// </remarks>
internal sealed partial class MulticastSender : IDisposable
{
    /// <summary>The minimum time between two listings of the interfaces, which cost a millisecond each:
    /// with short-lived containers the kernel signals changes continuously.</summary>
    public static readonly TimeSpan RefreshPause = TimeSpan.FromSeconds(1);

    /// <summary>How often interfaces are listed without a change notification, in case one was lost.</summary>
    public static readonly TimeSpan RefreshPeriod = TimeSpan.FromMinutes(5);

    /// <summary>How long a failed output is paused, unless the kernel signals a change;
    /// and how often interfaces are listed where the kernel sends no notifications.</summary>
    public static readonly TimeSpan RestPeriod = TimeSpan.FromSeconds(15);

    /// <summary>The maximum number of links: a node has a handful;
    /// hundreds are container networks without a collector.</summary>
    private const int LinkCountMax = 32;

    /// <summary>The maximum number of sockets: one per link and one per address family of the targets.</summary>
    public const int SocketCountMax = LinkCountMax + 2;

    /// <summary>raspi-cluster's group and port.</summary>
    private static readonly IPEndPoint LegacyGroup = new(IPAddress.Parse("224.0.0.251"), 6000);

    private readonly SenderSettings _settings;
    private readonly TimeProvider _time;
    private readonly AgentMetrics _metrics;
    private readonly ILogger _logger;
    private readonly InterfaceTable _interfaces;
    private readonly NetworkChanges _changes = new();
    private readonly TimeSpan _refreshPause;
    private readonly List<MulticastLink> _links = [];
    private readonly HashSet<string> _spares = new(StringComparer.Ordinal);
    private readonly List<UnicastTarget> _targets;
    private readonly Socket? _unicast4;
    private readonly Socket? _unicast6;
    private readonly LogThrottle _sendThrottle;
    private readonly LogThrottle _linkThrottle;
    private long _refreshed;
    private bool _hasRefreshed;
    private bool _hasResting;
    private bool _isDue = true;

    /// <summary>Initializes a new instance of the <see cref="MulticastSender"/> class.
    /// Interfaces are listed at the first datagram.</summary>
    public MulticastSender(
        SenderSettings settings, KernelRoots roots, TimeProvider time, AgentMetrics metrics, ILogger logger)
    {
        _settings = settings;
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _interfaces = new InterfaceTable(roots);
        _refreshPause = settings.Interval < RefreshPause ? settings.Interval : RefreshPause;
        _sendThrottle = new LogThrottle(time);
        _linkThrottle = new LogThrottle(time);
        _targets = [.. settings.Targets.Select(name => new UnicastTarget(name, time, logger))];
        if (_targets.Count > 0)
        {
            _unicast4 = TryOpenUnicast(AddressFamily.InterNetwork);
            _unicast6 = TryOpenUnicast(AddressFamily.InterNetworkV6);
        }
    }

    /// <summary>Gets the number of links that are not paused.</summary>
    public int LinkCount => _links.Count(static link => !link.IsResting);

    /// <summary>Sends one datagram on every link and to every target.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="isForRaspiCluster">Whether to send it to raspi-cluster's group too, if that is enabled.</param>
    public void Send(ReadOnlySpan<byte> datagram, bool isForRaspiCluster)
    {
        RefreshIfDue();
        foreach (var link in _links)
        {
            if (!link.IsResting)
            {
                SendBy(link, datagram, isForRaspiCluster);
            }
        }

        foreach (var target in _targets)
        {
            SendTo(target, datagram);
        }
    }

    /// <summary>Lists the sockets that send datagrams, which also receive requests. Allocates nothing.</summary>
    /// <param name="into">The buffer, at least <see cref="SocketCountMax"/> long.</param>
    /// <returns>The number of sockets.</returns>
    public int ListSockets(Span<PollDescriptor> into)
    {
        var count = 0;
        foreach (var link in _links)
        {
            into[count++] = new PollDescriptor(link.Descriptor);
        }

        foreach (var unicast in (ReadOnlySpan<Socket?>)[_unicast4, _unicast6])
        {
            if (unicast is not null)
            {
                into[count++] = new PollDescriptor((int)unicast.SafeHandle.DangerousGetHandle());
            }
        }

        return count;
    }

    /// <summary>Returns whether a request from <paramref name="requester"/>, a <c>sockaddr</c>, may be answered:
    /// it must be a target or on an attached network. Allocates nothing.</summary>
    public bool MayAnswer(ReadOnlySpan<byte> requester)
    {
        var address = SocketAddressBytes.Address(requester);
        var port = SocketAddressBytes.Port(requester);
        if (address.IsEmpty || port == 0)
        {
            return false;
        }

        foreach (var network in _interfaces.Networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        foreach (var target in _targets)
        {
            if (target.Address is { } known
                && SocketAddressBytes.Port(known.Buffer.Span) == port
                && SocketAddressBytes.Address(known.Buffer.Span[..known.Size]).SequenceEqual(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _links.ForEach(static link => link.Dispose());
        _targets.ForEach(static target => target.Dispose());
        _unicast4?.Dispose();
        _unicast6?.Dispose();
        _changes.Dispose();
    }

    private void SendBy(MulticastLink link, ReadOnlySpan<byte> datagram, bool isForRaspiCluster)
    {
        try
        {
            link.Send(datagram);
            _metrics.AddSent(datagram.Length);
            if (isForRaspiCluster && link.TrySendLegacy(datagram))
            {
                _metrics.AddSent(datagram.Length);
            }
        }
        catch (SocketException error)
        {
            _metrics.AddSendFailed();
            if (error.SocketErrorCode is not (SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable))
            {
                // The interface has probably lost its address, and an exception per tick is expensive.
                link.IsResting = true;
                _hasResting = true;

                // The IPv6 group of the interface takes over.
                _isDue |= !link.Key.IsIPv6 && _spares.Contains(link.Key.Name);
            }

            if (_sendThrottle.TryPass(out var suppressed))
            {
                Log.CannotSend(_logger, link.Key.ToString(), error.Message, suppressed);
            }
        }
    }

    private void SendTo(UnicastTarget target, ReadOnlySpan<byte> datagram)
    {
        var address = target.Address;
        var socket = target.IsIPv6 ? _unicast6 : _unicast4;
        if (address is null || socket is null)
        {
            // Not resolved yet, or the address family is not available.
            _metrics.AddSendFailed();
            return;
        }

        try
        {
            socket.SendTo(datagram, SocketFlags.None, address);
            _metrics.AddSent(datagram.Length);
        }
        catch (SocketException error)
        {
            _metrics.AddSendFailed();
            if (target.Throttle.TryPass(out var suppressed))
            {
                Log.CannotSend(_logger, target.ToString(), error.Message, suppressed);
            }
        }
    }

    private void RefreshIfDue()
    {
        _isDue |= _changes.Take();
        var elapsed = _hasRefreshed ? _time.GetElapsedTime(_refreshed) : TimeSpan.MaxValue;
        var period = _isDue ? _refreshPause : _hasResting || !_changes.IsListening ? RestPeriod : RefreshPeriod;
        if (elapsed >= period)
        {
            _isDue = false;
            _hasRefreshed = true;
            _refreshed = _time.GetTimestamp();
            Refresh();
        }
    }

    private void Refresh()
    {
        List<LinkKey> wanted;
        try
        {
            wanted = _settings.Group4 is null && _settings.Group6 is null ? [] : _interfaces.List(_settings.Interfaces);
        }
        catch (Exception error) when (error is NetworkInformationException or ArgumentException or IOException)
        {
            // Interfaces that come and go while the framework lists them, as containers' do, make it fail in all three
            // ways. What is open stays in use; the next check tries again.
            _isDue = true;
            WarnOfLink("all interfaces", error.Message);
            return;
        }

        var absent = _settings.Interfaces.Where(name => wanted.TrueForAll(key => key.Name != name)).ToList();
        var hasSpare = SelectGroups(wanted);
        for (var index = _links.Count - 1; index >= 0; index--)
        {
            var link = _links[index];
            if (link.IsResting || !wanted.Contains(link.Key))
            {
                link.Dispose();
                _links.RemoveAt(index);
                Log.LinkClosed(_logger, link.Key.ToString());
            }
        }

        _hasResting = hasSpare;
        foreach (var key in wanted)
        {
            if (_links.TrueForAll(link => link.Key != key))
            {
                TryOpen(key);
            }
        }

        foreach (var name in absent)
        {
            WarnOfLink(name, "it is absent, down or has no address");
        }
    }

    /// <summary>Removes what would send a sample twice on an interface.</summary>
    /// <remarks>While the IPv4 group cannot be reached, for instance because of a firewall, the IPv6 group is used too.
    /// </remarks>
    /// <returns>Whether an IPv6 group is used only for that reason.</returns>
    private bool SelectGroups(List<LinkKey> wanted)
    {
        wanted.RemoveAll(key => (key.IsIPv6 ? _settings.Group6 : _settings.Group4) is null);
        _spares.Clear();
        if (_settings.IsSendingBoth)
        {
            return false;
        }

        var hasSpare = false;
        foreach (var key in wanted.FindAll(static key => !key.IsIPv6))
        {
            if (_links.Exists(link => link.IsResting && link.Key == key))
            {
                hasSpare = true;
            }
            else if (wanted.RemoveAll(other => other.IsIPv6 && other.Name == key.Name) > 0)
            {
                _spares.Add(key.Name);
            }
        }

        return hasSpare;
    }

    private void TryOpen(LinkKey key)
    {
        var group = (key.IsIPv6 ? _settings.Group6 : _settings.Group4)!;
        if (_links.Count == LinkCountMax)
        {
            WarnOfLink(key.ToString(), $"there are {LinkCountMax} others; name the ones you want");
            return;
        }

        try
        {
            var legacy = _settings.IsLegacy && !key.IsIPv6 ? LegacyGroup : null;
            _links.Add(MulticastLink.Open(key, new IPEndPoint(group, _settings.Port), legacy));
            Log.LinkOpened(_logger, key.ToString(), group, _settings.Port);
            if (legacy is not null)
            {
                Log.LegacyOpened(_logger, key.ToString(), legacy.Address, legacy.Port);
            }
        }
        catch (SocketException error)
        {
            WarnOfLink(key.ToString(), error.Message);
        }
    }

    private void WarnOfLink(string name, string reason)
    {
        _metrics.AddInterfaceRefused();
        if (_linkThrottle.TryPass(out var suppressed))
        {
            Log.CannotUse(_logger, name, reason, suppressed);
        }
    }

    private Socket? TryOpenUnicast(AddressFamily family)
    {
        try
        {
            return new Socket(family, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        }
        catch (SocketException error)
        {
            // Machines without IPv6 are common. Datagrams to targets of that family are counted as lost.
            Log.NoFamily(_logger, family, error.Message);
            return null;
        }
    }
}
