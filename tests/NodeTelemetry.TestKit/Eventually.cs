using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace NodeTelemetry.TestKit;

/// <summary>Waits for what another process will do in its own time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks again and again until the answer is yes.</summary>
    /// <exception cref="TimeoutException">The deadline passed; the message says what was waited for.</exception>
    public static async Task TrueAsync(
        Func<Task<bool>> condition,
        TimeSpan deadline,
        Func<string>? describe = null,
        [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var clock = Stopwatch.StartNew();
        Exception? last = null;
        while (clock.Elapsed < deadline)
        {
            try
            {
                if (await condition())
                {
                    return;
                }
            }
            catch (Exception error) when (error is HttpRequestException or IOException or TaskCanceledException or KeyNotFoundException)
            {
                // Not there yet.
                last = error;
            }

            await Task.Delay(Pause);
        }

        throw new TimeoutException($"Not within {deadline}: {what}. {last?.Message} {describe?.Invoke()}");
    }
}
