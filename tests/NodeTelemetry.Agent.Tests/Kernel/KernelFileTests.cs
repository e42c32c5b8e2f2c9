using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Kernel;

public sealed class KernelFileTests : IDisposable
{
    private readonly FixtureHost _host = new("rpi4-bookworm");
    private readonly byte[] _buffer = new byte[256];

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Reads_again_from_the_start_what_has_changed_meanwhile()
    {
        using var file = new KernelFile(Path.Combine(_host.Proc, "loadavg"));
        Assert.Equal(FileOutcome.Ok, file.Read(_buffer, out var length));
        Assert.Equal("0.42 0.31 0.28 1/187 20311\n"u8, _buffer.AsSpan(0, length));

        _host.Write("proc/loadavg", "9 9 9\n"u8);
        Assert.Equal(FileOutcome.Ok, file.Read(_buffer, out length));
        Assert.Equal("9 9 9\n"u8, _buffer.AsSpan(0, length));
    }

    [Fact]
    public void An_absent_file_is_no_failure_and_is_found_when_it_comes()
    {
        using var file = new KernelFile(Path.Combine(_host.Proc, "later"));
        Assert.Equal(FileOutcome.Absent, file.Read(_buffer, out _));

        _host.Write("proc/later", "here"u8);
        Assert.Equal(FileOutcome.Ok, file.Read(_buffer, out var length));
        Assert.Equal(4, length);
    }

    [Fact]
    public void A_folder_in_place_of_a_file_is_a_failure()
    {
        using var file = new KernelFile(_host.Proc);
        Assert.Equal(FileOutcome.Failed, file.Read(_buffer, out _));
        Assert.NotEqual(0, file.LastError);
    }

    [Fact]
    public void A_file_longer_than_the_buffer_fills_it()
    {
        using var file = new KernelFile(Path.Combine(_host.Proc, "meminfo"));
        Assert.Equal(FileOutcome.Ok, file.ReadAll(_buffer, out var length));
        Assert.Equal(_buffer.Length, length);
    }

    [Fact]
    public void The_real_proc_gives_more_than_a_page_by_ReadAll()
    {
        using var file = new KernelFile("/proc/self/smaps");
        var large = new byte[256 * 1024];
        Assert.Equal(FileOutcome.Ok, file.ReadAll(large, out var length));
        Assert.True(length > 4096);
    }

    [Fact]
    public void Reading_allocates_nothing_be_it_there_or_not()
    {
        using var present = new KernelFile(Path.Combine(_host.Proc, "loadavg"));
        using var absent = new KernelFile(Path.Combine(_host.Proc, "never"));
        Allocation.AssertNone(() =>
        {
            present.Read(_buffer, out _);
            absent.ReadAll(_buffer, out _);
        });
    }
}
