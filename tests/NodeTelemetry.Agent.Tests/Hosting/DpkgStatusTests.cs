using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Hosting;

/// <summary>The states of dpkg's database while it stops the agent, as observed with dpkg 1.22.</summary>
public sealed class DpkgStatusTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("install ok half-configured", true)]
    [InlineData("install ok unpacked", true)]
    [InlineData("install ok half-installed", true)]
    [InlineData("install reinstreq half-installed", true)]
    [InlineData("hold ok half-configured", true)]
    [InlineData("install ok installed", false)]
    [InlineData("deinstall ok half-configured", false)]
    [InlineData("deinstall ok installed", false)]
    [InlineData("deinstall ok config-files", false)]
    [InlineData("purge ok half-configured", false)]
    [InlineData("purge ok not-installed", false)]
    [InlineData("", false)]
    [InlineData("install", false)]
    public void Only_an_upgrade_of_the_agent_is_one(string status, bool isUpgrading)
    {
        Write("status", "nodetelemetry-agent", status);
        Assert.Equal(isUpgrading, IsUpgrading());

        // The journal of the changes since is newer.
        Write("status", "nodetelemetry-agent", "install ok installed");
        Write("updates/0000", "libc6", "install ok half-configured");
        Write("updates/0001", "nodetelemetry-agent", "install ok installed");
        Write("updates/0002", "nodetelemetry-agent", status);
        Assert.Equal(isUpgrading, IsUpgrading());
    }

    [Fact]
    public void Other_packages_and_a_missing_database_are_no_upgrade()
    {
        Assert.False(IsUpgrading());
        Write("status", "libc6", "install ok half-configured");
        Assert.False(IsUpgrading());
        Write("status", "nodetelemetry-collector", "install ok half-configured");
        Assert.False(IsUpgrading());
    }

    private bool IsUpgrading() => DpkgStatus.IsUpgrading(new KernelRoots(Var: _folder.Path));

    private void Write(string file, string package, string status) => _folder.Write(
        "lib/dpkg/" + file,
        $"Package: adduser\nStatus: install ok installed\n\nPackage: {package}\nStatus: {status}\nPriority: optional\n\n"
        + "Package: zlib1g\nStatus: install ok half-configured\n");
}
