namespace NodeTelemetry.Agent.Kernel;

/// <summary>System calls of samplers other than reading files, implemented by Linux and by the simulated kernel
/// of a fixture host.</summary>
internal interface IKernelCalls
{
    /// <summary>adjtimex(2). Changes nothing if the first word of <paramref name="timex"/> is 0.</summary>
    /// <returns>The clock state, or the negated errno(3).</returns>
    int AdjustTime(Span<byte> timex);

    /// <summary>Sends a message to the firmware of a Raspberry Pi through a mailbox device.</summary>
    /// <param name="device">The path of the device.</param>
    /// <param name="message">The request, overwritten by the reply.</param>
    /// <returns>0, or the negated errno(3).</returns>
    int CallFirmware(string device, Span<uint> message);
}
