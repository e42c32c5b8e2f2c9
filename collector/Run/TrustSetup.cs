using System.Buffers.Binary;
using NodeTelemetry.Collector.Hosting;
using NodeTelemetry.Collector.Ingest;
using NodeTelemetry.Collector.Options;

namespace NodeTelemetry.Collector.Run;

/// <summary>Creates the key store and the sender of signed requests.</summary>
internal static class TrustSetup
{
    /// <summary>Reads the keys.</summary>
    public static KeyStore CreateKeys(CollectorOptions.TrustOptions options, ILoggerFactory loggers)
    {
        var keys = new KeyStore(options.Signatures, options.KeysFile, loggers.CreateLogger<KeyStore>());
        keys.Reload();
        return keys;
    }

    /// <summary>Creates the sender of requests.</summary>
    public static RequestSender CreateSender(
        IReadOnlyList<MulticastReceiver> receivers, KeyStore keys, TimeProvider time)
    {
        // The kernel's random numbers, of which these bytes of a GUID consist: RandomNumberGenerator loads OpenSSL.
        var random = Guid.NewGuid().ToByteArray();
        return new(receivers, keys, BinaryPrimitives.ReadUInt32LittleEndian(random), time);
    }

    /// <summary>Reloads the keys when their file changes, and on SIGHUP.</summary>
    public static IDisposable Watch(KeyStore keys, TimeProvider time)
    {
        var timer = time.CreateTimer(_ => keys.ReloadIfChanged(), null, KeyStore.CheckPeriod, KeyStore.CheckPeriod);
        var signal = Signals.OnReload(keys.Reload);
        return new Watcher(timer, signal);
    }

    private sealed class Watcher(ITimer timer, IDisposable signal) : IDisposable
    {
        public void Dispose()
        {
            timer.Dispose();
            signal.Dispose();
        }
    }
}
