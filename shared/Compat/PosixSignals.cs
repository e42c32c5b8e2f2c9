using System.Reflection;

namespace System.Runtime.InteropServices;

/// <summary>A signal.</summary>
internal enum PosixSignal
{
    SIGHUP = 1,
    SIGINT = 2,
    SIGTERM = 15,
}

/// <summary>A signal that has arrived.</summary>
internal sealed class PosixSignalContext(PosixSignal signal)
{
    /// <summary>Gets the signal.</summary>
    public PosixSignal Signal { get; } = signal;

    /// <summary>Gets or sets a value indicating whether the default action is prevented.</summary>
    /// <remarks>With Mono it always is.</remarks>
    public bool Cancel { get; set; }
}

/// <summary>Handles a signal.</summary>
/// <remarks>Mono reports signals through Mono.Posix.dll only, to a thread that waits for each.</remarks>
internal sealed class PosixSignalRegistration : IDisposable
{
    private const int StackBytes = 128 * 1024;
    private const string SignalType = "Mono.Unix.UnixSignal, Mono.Posix, Version=4.0.0.0, Culture=neutral, "
        + "PublicKeyToken=0738eb9f132ed756";

    private const string NumberType = "Mono.Unix.Native.Signum, Mono.Posix, Version=4.0.0.0, Culture=neutral, "
        + "PublicKeyToken=0738eb9f132ed756";

    private readonly WaitHandle _signal;
    private readonly MethodInfo _reset;
    private readonly Action<PosixSignalContext> _handler;
    private readonly PosixSignal _number;
    private volatile bool _isDisposed;

    private PosixSignalRegistration(PosixSignal number, Action<PosixSignalContext> handler)
    {
        var type = Type.GetType(SignalType, throwOnError: true)!;
        var signum = Enum.ToObject(Type.GetType(NumberType, throwOnError: true)!, (int)number);
        _signal = (WaitHandle)Activator.CreateInstance(type, signum)!;
        _reset = type.GetMethod("Reset")!;
        _handler = handler;
        _number = number;
        new Thread(Run, StackBytes) { IsBackground = true, Name = number.ToString() }.Start();
    }

    /// <summary>Registers a handler.</summary>
    /// <exception cref="TypeLoadException">Mono.Posix.dll is missing.</exception>
    public static PosixSignalRegistration Create(PosixSignal signal, Action<PosixSignalContext> handler) =>
        new(signal, handler);

    /// <inheritdoc/>
    public void Dispose() => _isDisposed = true;

    private void Run()
    {
        while (_signal.WaitOne() && !_isDisposed)
        {
            _reset.Invoke(_signal, null);
            _handler(new PosixSignalContext(_number));
        }
    }
}
