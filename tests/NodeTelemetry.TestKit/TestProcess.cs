using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace NodeTelemetry.TestKit;

/// <summary>A real child process whose output is kept, and that does not outlive its test.</summary>
public sealed partial class TestProcess : IAsyncDisposable
{
    private const int SigHup = 1;
    private const int SigInt = 2;
    private const int SigTerm = 15;

    /// <summary>
    /// Restores the default signal actions: children of a background shell or of nohup ignore SIGINT and SIGHUP,
    /// which the programs under test must handle. <c>env</c> executes the program, so the process id is the program's.
    /// </summary>
    private static readonly string[] DefaultSignals = ["env", "--default-signal=HUP,INT,QUIT,TERM"];

    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private TestProcess(Process process) => _process = process;

    /// <summary>Gets everything it has written so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Gets its id.</summary>
    public int Id => _process.Id;

    /// <summary>Gets a value indicating whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">Variables to set besides the test's own.</param>
    /// <param name="folder">Its working folder.</param>
    public static TestProcess Start(
        IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(command);
        var start = new ProcessStartInfo(DefaultSignals[0], DefaultSignals.Skip(1).Concat(command))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? string.Empty,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = new TestProcess(new Process { StartInfo = start });
        process._process.OutputDataReceived += (_, line) => process.Keep(line.Data);
        process._process.ErrorDataReceived += (_, line) => process.Keep(line.Data);
        process._process.Start();
        process._process.StandardInput.Close();
        process._process.BeginOutputReadLine();
        process._process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its exit code and everything it wrote.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        IReadOnlyList<string> command,
        TimeSpan deadline,
        IReadOnlyDictionary<string, string>? environment = null,
        string? folder = null)
    {
        await using var process = Start(command, environment, folder);
        return (await process.WaitForExitAsync(deadline), process.Output);
    }

    /// <summary>Asks it to end, as systemd does.</summary>
    public void Terminate() => Signal(SigTerm);

    /// <summary>Asks it to end, as Ctrl-C does.</summary>
    public void Interrupt() => Signal(SigInt);

    /// <summary>Asks it to read its configuration again.</summary>
    public void Reload() => Signal(SigHup);

    /// <summary>Ends it at once, as <c>kill -9</c> does.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitForExitAsync(TimeSpan deadline)
    {
        using var cancellation = new CancellationTokenSource(deadline);
        try
        {
            await _process.WaitForExitAsync(cancellation.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_process.StartInfo.FileName} did not end within {deadline}.\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>Waits until it has written <paramref name="text"/>.</summary>
    public Task WaitForOutputAsync(string text, TimeSpan deadline) => Eventually.TrueAsync(
        () => Output.Contains(text, StringComparison.Ordinal) ? Task.FromResult(true)
            : HasExited ? throw new InvalidOperationException($"Ended without writing '{text}':\n{Output}")
            : Task.FromResult(false),
        deadline,
        () => $"It wrote:\n{Output}");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await WaitForExitAsync(StopDeadline);
        }

        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);

    private void Signal(int signal)
    {
        if (SendSignal(_process.Id, signal) != 0)
        {
            throw new InvalidOperationException($"kill({_process.Id}, {signal}): error {Marshal.GetLastPInvokeError()}.");
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }
        }
    }
}
