namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>Sends a message that is shortened until the server accepts it.</summary>
/// <remarks>
/// Services that are not known have limits too, and respond to a longer message with 413 or 400.
/// The same message would be rejected again, so each attempt is shorter than the one before.
/// </remarks>
internal static class MessageShortener
{
    /// <summary>Maximum characters of each text, attempt by attempt; the last is a short title.</summary>
    private static readonly int[] Lengths = [int.MaxValue, 8000, 4000, 2000, 1000, 500, 250, 120];

    /// <summary>Sends a message.</summary>
    /// <param name="compose">Composes it with a maximum number of characters of each text.</param>
    /// <param name="bytesMax">Maximum bytes of the message.</param>
    /// <param name="sendAsync">Sends it once.</param>
    /// <returns>The response of the server.</returns>
    /// <exception cref="AlertDeliveryException">It was not delivered.</exception>
    public static async Task<string> SendAsync(
        Func<int, ReadOnlyMemory<byte>> compose, int bytesMax, Func<ReadOnlyMemory<byte>, Task<string>> sendAsync)
    {
        AlertDeliveryException? rejection = null;
        var sentBytes = int.MaxValue;
        foreach (var length in Lengths)
        {
            var message = compose(length);
            if (message.Length >= sentBytes || (message.Length > bytesMax && length != Lengths[^1]))
            {
                continue;
            }

            try
            {
                var response = await sendAsync(message);
                return rejection is null
                    ? response
                    : $"{response}, shortened from {sentBytes} to {message.Length} bytes";
            }
            catch (AlertDeliveryException error) when (error.IsRejected)
            {
                rejection ??= error;
                sentBytes = message.Length;
            }
        }

        throw rejection!;
    }
}
