using System.Text;
using NodeTelemetry.Collector.Export.Http;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Export.Http;

public class BulkResponseReaderTests
{
    [Fact]
    public void Items_are_read_by_position_with_type_reason_and_cause()
    {
        const string Answer = """
            {"took":8,"errors":true,"items":[{"create":{"status":201}},
            {"create":{"_index":"nt","status":400,"error":{"type":"mapper_parsing_exception","reason":"failed to parse",
              "caused_by":{"type":"illegal_argument_exception","reason":"For input string: \"many\""}}}},
            {"create":{"status":409,"error":{"type":"version_conflict_engine_exception","reason":"exists"}}}]}
            """;
        var items = new List<BulkItem>();
        Assert.True(BulkResponseReader.TryRead(Encoding.UTF8.GetBytes(Answer), 3, items));
        Assert.Equal(
            [BulkItemClass.Created, BulkItemClass.Rejected, BulkItemClass.Duplicate],
            items.Select(static item => item.Class));
        Assert.Equal("failed to parse: For input string: \"many\"", items[1].ErrorReason);
    }

    [Fact]
    public void Truncated_response_is_refused()
    {
        var answer = """{"took":8,"errors":false,"items":[{"create":{"status":201}},{"create":{"status":201}}]}"""u8;
        var items = new List<BulkItem>();
        Assert.True(BulkResponseReader.TryRead(answer, 2, items));
        Assert.False(BulkResponseReader.TryRead(answer, 3, items));
        for (var length = 0; length < answer.Length; length++)
        {
            Assert.False(BulkResponseReader.TryRead(answer[..length], 2, items));
        }
    }

    // An answer without errors is not read item by item; with another status in one of them it is.
    [Theory]
    [InlineData("""{"took":8,"errors":false,"items":[{"create":{"status":201}},{"create":{"status":201}}]}""", 201)]
    [InlineData("""{"took":8,"errors":false,"items":[{"create":{"status":201}},{"create":{"status":200}}]}""", 200)]
    [InlineData("""{ "items" : [{"create":{"status":201}},{"create":{"status":201}}], "errors" : false }""", 201)]
    public void Answer_without_errors_has_the_status_of_each(string answer, int last)
    {
        var items = new List<BulkItem> { new(500, "left", "over") };
        Assert.True(BulkResponseReader.TryRead(Encoding.UTF8.GetBytes(answer), 2, items));
        Assert.Equal([201, last], items.Select(static item => item.Status));
    }

    [Theory]
    [InlineData(429, "rejected_execution_exception", BulkItemClass.Retry)]
    [InlineData(429, "cluster_block_exception", BulkItemClass.Retry)]
    [InlineData(503, "unavailable_shards_exception", BulkItemClass.Retry)]
    [InlineData(500, "fail_processor_exception", BulkItemClass.Retry)]
    [InlineData(403, "cluster_block_exception", BulkItemClass.Hold)]
    [InlineData(403, "security_exception", BulkItemClass.Hold)]
    [InlineData(404, "index_not_found_exception", BulkItemClass.IndexMissing)]
    [InlineData(400, "validation_exception", BulkItemClass.Hold)]
    [InlineData(400, "index_closed_exception", BulkItemClass.Hold)]
    [InlineData(400, "illegal_argument_exception", BulkItemClass.Hold)]
    [InlineData(400, "something_new_exception", BulkItemClass.Hold)]
    [InlineData(409, "something_new_exception", BulkItemClass.Hold)]
    [InlineData(400, "strict_dynamic_mapping_exception", BulkItemClass.Rejected)]
    public void Item_is_classified_by_the_type_of_its_error(int status, string type, object expected) =>
        Assert.Equal(expected, new BulkItem(status, type, "reason").Class);

    [Theory]
    [InlineData(
        """{"error":{"root_cause":[{"type":"a","reason":"b"}],"type":"c","reason":"d"},"status":400}""", "c", "d")]
    [InlineData("""{"error":"no handler found for uri [/x]"}""", "", "no handler found for uri [/x]")]
    [InlineData("Unauthorized", "", "Unauthorized")]
    [InlineData("", "", "")]
    [InlineData("[1]", "", "[1]")]
    public void Error_is_read_in_every_shape(string body, string type, string reason) =>
        Assert.Equal((type, reason), BulkResponseReader.ReadError(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Random_bytes_do_not_throw()
    {
        const int Seed = 4711;
        var random = new Random(Seed);
        var answer = """
            {"took":8,"errors":true,"items":[{"create":{"status":400,"error":{"type":"t","reason":"r"}}}]}
            """u8.ToArray();
        var items = new List<BulkItem>();
        for (var round = 0; round < 5000; round++)
        {
            var bytes = answer.ToArray();
            for (var count = random.Next(1, 6); count > 0; count--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            BulkResponseReader.TryRead(bytes, 1, items);
            BulkResponseReader.ReadError(bytes);
            BulkResponseReader.ReadBytesLimit(bytes);
        }
    }

    [Fact]
    public void Pauses_grow_up_to_the_limit_and_are_spread()
    {
        var schedule = new RetrySchedule(TimeSpan.FromSeconds(30), new Random(1));
        for (var attempt = 1; attempt < 100; attempt++)
        {
            Assert.InRange(schedule.Next(attempt).TotalSeconds, 0.1, Math.Min(30, Math.Pow(2, attempt - 1)));
        }

        Assert.True(Enumerable.Range(0, 50).Select(_ => schedule.Next(10)).Distinct().Count() > 40);
        Assert.Equal(TimeSpan.FromSeconds(60), schedule.Next(1, TimeSpan.FromSeconds(60)));
        Assert.Equal(TimeSpan.FromMinutes(5), schedule.Next(1, TimeSpan.FromDays(1)));
        Assert.InRange(schedule.NextHeld().TotalSeconds, 15, 30);
    }
}
