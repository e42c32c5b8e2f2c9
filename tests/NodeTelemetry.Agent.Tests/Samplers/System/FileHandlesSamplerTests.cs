using System.Text;
using NodeTelemetry.Agent.Samplers.System;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.System;

public sealed class FileHandlesSamplerTests
{
    [Theory]
    [InlineData("2144\t0\t380421\n", true, 2144)]
    [InlineData("2144\t44\t380421", true, 2100)]
    [InlineData("2144 0 380421 7", true, 2144)]
    [InlineData("2144 0", true, 2144)]
    [InlineData("18446744073709551615 0 1", true, ulong.MaxValue)]
    [InlineData("18446744073709551616 0 1", false, 0)]
    [InlineData("5 6 7", false, 0)]
    [InlineData("2144", false, 0)]
    [InlineData("x 0 1", false, 0)]
    [InlineData("", false, 0)]
    public void Handles(string text, bool isAccepted, ulong expected)
    {
        Assert.Equal(isAccepted, FileHandlesSampler.TryParse(Encoding.UTF8.GetBytes(text), out var inUse, out _));
        Assert.Equal(expected, inUse);
    }

    [Theory]
    [InlineData("2144\t0\t380421\n", 380421UL)]
    [InlineData("2144\t0\t9223372036854775807\n", null)]
    [InlineData("2144 0", null)]
    public void A_limit_that_is_none_is_unknown(string text, ulong? expected)
    {
        _ = FileHandlesSampler.TryParse(Encoding.UTF8.GetBytes(text), out _, out var limit);
        Assert.Equal(expected, limit);
    }
}
