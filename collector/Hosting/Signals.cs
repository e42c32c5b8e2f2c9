using System.Runtime.InteropServices;

namespace NodeTelemetry.Collector.Hosting;

/// <summary>SIGTERM, SIGINT and SIGHUP.</summary>
internal static class Signals
{
    /// <summary>Calls <paramref name="stop"/> when the process is asked to end, instead of ending it.</summary>
    public static IDisposable OnStop(Action stop) => On([PosixSignal.SIGTERM, PosixSignal.SIGINT], stop);

    /// <summary>Calls <paramref name="reload"/> when the process is asked to read its files again.</summary>
    public static IDisposable OnReload(Action reload) => On([PosixSignal.SIGHUP], reload);

    private static Registrations On(PosixSignal[] signals, Action action) => new([.. signals.Select(signal =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            action();
        }))]);

    private sealed class Registrations(PosixSignalRegistration[] registrations) : IDisposable
    {
        public void Dispose() => Array.ForEach(registrations, static registration => registration.Dispose());
    }
}
