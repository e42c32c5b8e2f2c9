using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodeTelemetry.Agent.Commands;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Commands;

/// <summary>What <c>once</c> prints.</summary>
public sealed class SampleTextTests
{
    [Fact]
    public void A_sample_of_several_datagrams_is_one_object()
    {
        var text = Write(
            """{"hostname":"a","part":[0,3],"loadavg":[1,2,3],"net":{"eth0":{"rx":1},"part":{"rx":2}}}""",
            """{"hostname":"a","part":[1,3],"net":{"eth1":{"rx":3}},"temps":{"cpu":{"c":40}}}""",
            """{"hostname":"a","part":[2,3],"temps":{"disk":{"c":30}},"about":{"board":"b"}}""");

        const string Expected = """
            {"hostname":"a","loadavg":[1,2,3],"net":{"eth0":{"rx":1},"part":{"rx":2},"eth1":{"rx":3}},
            "temps":{"cpu":{"c":40},"disk":{"c":30}},"about":{"board":"b"}}
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Expected), JsonNode.Parse(text)), text);
        Assert.Equal(1, text.Split("\"hostname\"").Length - 1);
    }

    [Fact]
    public void An_entry_in_two_datagrams_has_the_fields_of_both() =>
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"cpu":{"user":1,"idle":2}}"""),
            JsonNode.Parse(Write("""{"cpu":{"user":1}}""", """{"cpu":{"idle":2}}"""))));

    [Fact]
    public void A_person_can_read_it()
    {
        var text = Write("""{"hostname":"kühl","about":{"os":"Debian <12>"}}""");

        Assert.Equal(
            "{\n  \"hostname\": \"kühl\",\n  \"about\": {\n    \"os\": \"Debian <12>\"\n  }\n}",
            text.Replace("\r\n", "\n", StringComparison.Ordinal));
    }

    private static string Write(params string[] datagrams)
    {
        var text = SampleText.Write(Array.ConvertAll(
            datagrams, static datagram => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(datagram)));
        using var document = JsonDocument.Parse(text);
        return text;
    }
}
