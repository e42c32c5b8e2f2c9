using NodeTelemetry.Agent.Kernel;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Kernel;

public class StartupPagesTests
{
    [Fact]
    public void Only_what_is_as_in_the_programs_file_and_never_written_is_given_back()
    {
        var released = new List<(ulong Start, ulong Bytes)>();
        StartupPages.Release(
            """
            55c4d0f43000-55c4d0f4e000 r--p 00000000 fe:00 17                         /usr/bin/agent
            Size:                 44 kB
            Anonymous:             0 kB
            VmFlags: rd mr mw me sd
            55c4d1245000-55c4d1246000 r--p 00302000 fe:00 17                         /usr/bin/agent
            Anonymous:             4 kB
            55c4d12fa000-55c4d1306000 rw-p 003b6000 fe:00 17                         /usr/bin/agent
            Anonymous:             0 kB
            55c4d1306000-55c4d1406000 r-xp 00402000 fe:00 17                         /usr/bin/agent
            Anonymous:             0 kB
            7f0000000000-7f0000001000 r--p 00000000 fe:00 99                         /usr/lib/libc.so.6
            Anonymous:             0 kB
            7f0000002000-7f0000003000 r--p 00000000 fe:00 17                         /usr/bin/ag
            """u8,
            (start, bytes) => released.Add((start, bytes)));
        Assert.Equal([(0x55c4d0f43000, 0xb000), (0x55c4d1306000, 0x100000)], released);
    }

    [Fact]
    public void Nonsense_gives_back_nothing()
    {
        StartupPages.Release("x-y r--p\nAnonymous: 0 kB\n-1 2\n\n55-"u8, static (_, _) => Assert.Fail());
    }
}
