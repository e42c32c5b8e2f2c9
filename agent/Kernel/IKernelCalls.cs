namespace NodeTelemetry.Agent.Kernel;

/// <summary>What samplers ask of the kernel by other calls than reading files: Linux, and in tests a simulated kernel
/// whose answers stand in a fixture host.</summary>
internal interface IKernelCalls
{
    /// <summary>adjtimex(2), which changes nothing as long as the first word of <paramref name="timex"/> is
    /// 0.</summary>
    /// <returns>The state of the clock; below 0, errno(3) negated.</returns>
    int AdjustTime(Span<byte> timex);

    /// <summary>Sends a message to the firmware of a Raspberry Pi through a mailbox device.</summary>
    /// <param name="device">The device's path.</param>
    /// <param name="message">The message; the answer comes in its place.</param>
    /// <returns>0, or errno(3) negated.</returns>
    int CallFirmware(string device, Span<uint> message);
}
