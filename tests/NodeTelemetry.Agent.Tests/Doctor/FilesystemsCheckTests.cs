using NodeTelemetry.Agent.Doctor;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Doctor;

public sealed class FilesystemsCheckTests
{
    [Theory]
    [InlineData("/mnt/nas", "'/mnt/nas'")]
    [InlineData("/mnt/it's $(here)", @"'/mnt/it'\''s $(here)'")]
    public void A_mount_point_is_one_word_of_the_command(string name, string word) =>
        Assert.Equal(word, FilesystemsCheck.Quote(name));
}
