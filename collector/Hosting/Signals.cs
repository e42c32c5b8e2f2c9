using System.Runtime.InteropServices;

namespace NodeTelemetry.Collector.Hosting;

/// <summary>SIGTERM and SIGINT.</summary>
internal static class Signals
{
    /// <summary>Calls <paramref name="stop"/> when the process is asked to end, instead of ending it.</summary>
    public static IDisposable OnStop(Action stop)
    {
        var registrations = new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT }.Select(signal =>
            PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                stop();
            })).ToArray();
        return new Registrations(registrations);
    }

    private sealed class Registrations(PosixSignalRegistration[] registrations) : IDisposable
    {
        public void Dispose() => Array.ForEach(registrations, static registration => registration.Dispose());
    }
}
