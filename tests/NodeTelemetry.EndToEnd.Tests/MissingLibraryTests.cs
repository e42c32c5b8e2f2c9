using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>A machine without a library that the collector needs.</summary>
public sealed class MissingLibraryTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>The runtime itself aborts with a message that names no package. The library is covered in a mount namespace.</summary>
    [Fact]
    public async Task Without_OpenSSL_the_collector_names_the_package()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root for a mount namespace");
        var (code, output) = await TestProcess.RunAsync(
            [
                "unshare", "--mount", "sh", "-c",
                "for file in $(ldconfig -p | sed -n 's/.*libssl\\.so\\.[0-9.]* .*=> //p'); do mount --bind /dev/null $(readlink -f $file); done; "
                + $"exec '{Programs.Collector}' --check-config",
            ],
            Deadline);
        Assert.True(code == 1, output);
        Assert.StartsWith("nodetelemetry-collector: OpenSSL is missing (libssl.so.3)", output, StringComparison.Ordinal);
    }
}
