using NodeTelemetry.Collector.Hosting;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Run;

public sealed class OpenSslLibraryTests
{
    [Fact]
    public void What_is_missing_is_named_with_its_package_and_what_needs_it()
    {
        var problem = OpenSslLibrary.Explain(["Http:CertificateFile", "Alerts:Channels:mail"]);
        Assert.StartsWith(
            "OpenSSL is missing (libssl.so.3), which Http:CertificateFile, Alerts:Channels:mail need. ", problem, StringComparison.Ordinal);
        Assert.Contains("apt-get install libssl3", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_is_found_by_loading_it()
    {
        Assert.False(OpenSslLibrary.IsMissing);
        Assert.False(OpenSslLibrary.CanLoad("libssl.so.nothing"));
    }
}
