using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>Many samples of the agent at full speed, in a separate process.</summary>
public sealed class AgentSoakTests
{
    /// <summary>Some seconds; a day at one second is 86400, which NODETELEMETRY_SOAK_SAMPLES may ask for.</summary>
    private const string Samples = "10000";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Memory_handles_and_threads_stay_what_they_are()
    {
        // The garbage collector as the agent configures it; otherwise the heap grows to the size of the CPU cache before the first collection.
        var environment = new Dictionary<string, string> { ["DOTNET_GCgen0size"] = "40000" };
        var samples = Environment.GetEnvironmentVariable("NODETELEMETRY_SOAK_SAMPLES") ?? Samples;

        var (code, output) = await TestProcess.RunAsync([Programs.Benchmarks, "soak", "--samples", samples], Deadline, environment);

        Assert.True(code == 0, output);
        TestContext.Current.SendDiagnosticMessage(output);
    }
}
