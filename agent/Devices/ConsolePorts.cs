using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Devices;

/// <summary>Tells which serial ports belong to the console: whoever logs in there must not be disturbed.</summary>
internal static class ConsolePorts
{
    /// <summary>A line of names such as <c>tty0 ttyAMA0</c>.</summary>
    private const int NamesBytesMax = 256;

    /// <summary>Tells whether a port, or what it is a link to, is one of the console's.</summary>
    public static bool Contain(KernelRoots roots, string port)
    {
        var names = KernelText.ReadFile(roots.SysFile("class/tty/console/active"), NamesBytesMax);
        var device = new FileInfo(port).LinkTarget is { } target ? target : port;
        return names is not null && Array.IndexOf(names.Split(' '), Path.GetFileName(device)) >= 0;
    }
}
