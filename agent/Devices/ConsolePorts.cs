using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Devices;

/// <summary>Finds the serial ports of the console, which must not be used for sensors.</summary>
internal static class ConsolePorts
{
    /// <summary>The maximum length of a line of names such as <c>tty0 ttyAMA0</c>.</summary>
    private const int NamesBytesMax = 256;

    /// <summary>Returns whether a port, or the target of its link, is a console.</summary>
    public static bool Contain(KernelRoots roots, string port)
    {
        var names = KernelText.ReadFile(roots.SysFile("class/tty/console/active"), NamesBytesMax);
        var device = new FileInfo(port).LinkTarget is { } target ? target : port;
        return names is not null && Array.IndexOf(names.Split(' '), Path.GetFileName(device)) >= 0;
    }
}
