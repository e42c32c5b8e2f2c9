using System.Text;
using NodeTelemetry.Agent.Kernel;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Kernel;

public sealed class IfInet6LineTests
{
    [Fact]
    public void Every_word_is_read()
    {
        Assert.True(IfInet6Line.TryParse("fd000000000000000000000000000002 0a 7b 20 80     eth0"u8, out var line));
        Assert.Equal((0xfd00_0000_0000_0000ul, 2ul), (line.High, line.Low));
        Assert.Equal((0x7b, 0x20, 0x80), (line.PrefixLength, line.Scope, line.Flags));
        Assert.Equal("eth0", Encoding.ASCII.GetString(line.Interface));
    }

    [Theory]
    [InlineData("")]
    [InlineData("fd00 02 40 00 80 eth0")]
    [InlineData("fd000000000000000000000000000002 02 xx 00 80 eth0")]
    [InlineData("fd000000000000000000000000000002 02 40 00 80")]
    public void Anything_else_is_refused(string line) =>
        Assert.False(IfInet6Line.TryParse(Encoding.ASCII.GetBytes(line), out _));
}
