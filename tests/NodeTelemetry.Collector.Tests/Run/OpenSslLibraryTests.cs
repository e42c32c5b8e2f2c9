using NodeTelemetry.Collector.Hosting;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Run;

public sealed class OpenSslLibraryTests
{
    [Fact]
    public void What_is_missing_is_named_with_its_package()
    {
        var problem = OpenSslLibrary.FindProblem(static _ => false);
        Assert.Contains("libssl.so.3", problem, StringComparison.Ordinal);
        Assert.Contains("apt-get install libssl3", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_version_that_the_runtime_accepts_is_enough()
    {
        Assert.Null(OpenSslLibrary.FindProblem(static name => name == "libssl.so.1.1"));
        Assert.Null(OpenSslLibrary.FindProblem(OpenSslLibrary.CanLoad));
        Assert.False(OpenSslLibrary.CanLoad("libssl.so.nothing"));
    }
}
