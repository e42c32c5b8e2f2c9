using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Agent.Samplers.Containers;
using NodeTelemetry.Agent.Samplers.Cpu;
using NodeTelemetry.Agent.Samplers.Network;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Signing;

namespace NodeTelemetry.Agent.Samplers.System;

/// <summary>What changes rarely: board, operating system, kernel, cores, addresses, HAT, container runtime,
/// role in the cluster.</summary>
/// <remarks>Board and software are read once; addresses, cores and runtime at each call, every half minute.</remarks>
internal sealed class AboutSampler : ISampler, IDisposable
{
    /// <summary>__NEW_UTS_LEN: the kernel's own limit of its release.</summary>
    private const int ReleaseBytesMax = 64;

    /// <summary>Lists such as <c>0-3,5</c> are short.</summary>
    private const int OnlineBytesMax = 256;

    /// <summary>Some hundred routes of 128 bytes.</summary>
    private const int RoutesBytesMax = 16 * 1024;

    /// <summary>32 bits of the serial's hash: enough to distinguish the boards of a cluster.</summary>
    private const int SerialHashDigits = 8;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly KernelFile _online;
    private readonly KernelFile _addresses4;
    private readonly KernelFile _addresses6;
    private readonly ClusterRole _role;
    private readonly AboutReading _fixed;
    private readonly KernelRoots _roots;
    private readonly Func<string?>? _display;
    private AboutReading? _last;
    private int _lastHash;

    /// <summary>Initializes a new instance of the <see cref="AboutSampler"/> class.</summary>
    /// <param name="roots">Where to read.</param>
    /// <param name="architecture">The architecture of this process.</param>
    /// <param name="agentVersion">The version of this program.</param>
    /// <param name="display">Gets the display in use; collectors send the alert level to such nodes.</param>
    public AboutSampler(
        KernelRoots roots, string architecture, string agentVersion, Func<string?>? display = null)
    {
        _roots = roots;
        _display = display;
        _online = new KernelFile(roots.SysFile("devices/system/cpu/online"));
        _addresses4 = new KernelFile(roots.NetworkFile("fib_trie"));
        _addresses6 = new KernelFile(roots.NetworkFile("if_inet6"));
        _role = new ClusterRole(roots);
        _fixed = new AboutReading
        {
            Board = BoardModel.Read(roots),
            Architecture = architecture,
            OperatingSystem = OsRelease.Read(roots),
            Kernel = KernelText.ReadFile(roots.ProcFile("sys/kernel/osrelease"), ReleaseBytesMax),
            AgentVersion = agentVersion,
            Hat = KernelText.ReadFile(roots.ProcFile("device-tree/hat/product"), WireLimits.TextBytesMax),
            Revision = BoardRevision.Read(roots),
            SerialHash = HashSerial(NodeIdentity.ReadSerial(roots)),
        };
    }

    /// <inheritdoc/>
    public string Name => "about";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        _role.Refresh(_buffer);

        // Absent files simply have no bytes: a kernel without IPv6 has no if_inet6.
        _ = _online.Read(_buffer.AsSpan(0, OnlineBytesMax), out var onlineLength);
        var rest = _buffer.AsSpan(onlineLength);
        _ = _addresses4.ReadAll(rest[..(rest.Length / 2)], out var length4);
        _ = _addresses6.ReadAll(rest[length4..], out var length6);

        var hash = new HashCode();
        hash.AddBytes(_buffer.AsSpan(0, onlineLength + length4 + length6));
        if (_last is null || hash.ToHashCode() != _lastHash
            || _last.Runtime != _role.Runtime || _last.Role != _role.Role || _last.Display != _display?.Invoke())
        {
            _lastHash = hash.ToHashCode();
            _last = _fixed with
            {
                CoreCount = CpuList.TryCount(_buffer.AsSpan(0, onlineLength), out var cores) ? cores : null,
                Addresses = NodeAddresses.Parse(
                    rest[..length4], rest.Slice(length4, length6), ReadRoutes(), IsHardware),
                Runtime = _role.Runtime,
                Role = _role.Role,
                Display = _display?.Invoke(),
            };
        }

        into.About = _last;
        return SampleOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _role.Dispose();
        _online.Dispose();
        _addresses4.Dispose();
        _addresses6.Dispose();
    }

    private ReadOnlySpan<byte> ReadRoutes()
    {
        var buffer = new byte[RoutesBytesMax];
        return KernelFile.ReadOnce(_roots.NetworkFile("route"), buffer, out var length) == FileOutcome.Ok
            ? buffer.AsSpan(0, length)
            : default;
    }

    private bool IsHardware(string name) => Directory.Exists(_roots.SysFile($"class/net/{name}/device"));

    private static string? HashSerial(string? serial) =>
        serial is null
            ? null
            : Convert.ToHexStringLower(Sha256.Hash(Encoding.UTF8.GetBytes(serial)))[..SerialHashDigits];
}
