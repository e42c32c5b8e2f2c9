using NodeTelemetry.Collector.Hosting;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Hosting;

public sealed class ProgramPagesTests
{
    [Fact]
    public void Finds_what_a_file_can_give_again()
    {
        const string Text =
            """
            55e0c0000000-55e0c0400000 r--p 00000000 fe:00 1234       /usr/lib/nodetelemetry/collector/nodetelemetry-collector
            Rss:                4096 kB
            Anonymous:             0 kB
            55e0c0400000-55e0c0500000 r--p 00400000 fe:00 1234       /usr/lib/nodetelemetry/collector/nodetelemetry-collector
            Anonymous:            12 kB
            55e0c0500000-55e0c0600000 rw-p 00500000 fe:00 1234       /usr/lib/nodetelemetry/collector/nodetelemetry-collector
            Anonymous:             0 kB
            7f0000000000-7f0000010000 r-xp 00000000 00:00 0
            Anonymous:             0 kB
            7f0000100000-7f0000110000 r-xp 00000000 fe:00 99         /usr/lib/libc.so.6
            Anonymous:             0 kB
            7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0          [vdso]
            Anonymous:             0 kB
            nonsense
            """;

        Assert.Equal(
            [(0x55e0c0000000, 0x400000), (0x7f0000100000, 0x10000)], ProgramPages.FindUnmodified(Text.Split('\n')));
    }

    /// <summary>The tests go on: what is released comes back when it is used.</summary>
    [Fact]
    public void Releasing_pages_changes_nothing_else()
    {
        ProgramPages.Release();
        ProgramPages.Release();

        Assert.NotNull(typeof(ProgramPagesTests).FullName);
    }
}
