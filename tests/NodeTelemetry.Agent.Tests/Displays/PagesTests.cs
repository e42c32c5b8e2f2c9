using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Displays;

/// <summary>Every page, drawn from every sample: as it was when a person looked at it, and never beyond the
/// edges.</summary>
public sealed class PagesTests
{
    public static TheoryData<string, string, string> All
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var model in DisplayModel.All)
            {
                foreach (var page in model.Pages)
                {
                    foreach (var sample in DisplaySamples.Names)
                    {
                        data.Add(model.Name, page.Name, sample);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_page_matches_its_reviewed_picture(string display, string page, string sample)
    {
        var canvas = Draw(display, page, DisplaySamples.Content(sample));

        Assert.Equal(0, canvas.PixelsOutside);
        Assert.Null(Golden.ComparePicture($"displays/{display}/{page}-{sample}.png", PngWriter.Write(canvas)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_same_content_gives_the_same_pixels(string display, string page, string sample)
    {
        var content = DisplaySamples.Content(sample);

        Assert.Equal(Draw(display, page, content).Pixels, Draw(display, page, content).Pixels);
    }

    /// <summary>Sections filled with chance from their whole ranges, names and addresses of every length.</summary>
    [Fact]
    public void Whatever_the_readings_nothing_is_drawn_beyond_the_edges()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var snapshot = RandomSnapshot(random);
            var content = DisplaySamples.Content(
                snapshot, Alert(random), TimeSpan.FromSeconds(random.Next(4000)));
            foreach (var model in DisplayModel.All)
            {
                foreach (var page in model.Pages)
                {
                    var outside = Draw(model.Name, page.Name, content with { IsBeat = round % 2 == 0 }).PixelsOutside;
                    Assert.True(outside == 0, $"Seed {seed}, round {round}: {model.Name} {page.Name}.");
                }
            }
        }
    }

    [Fact]
    public void A_page_of_a_node_that_says_nothing_is_drawn_too()
    {
        var content = DisplaySamples.Content(
            new NodeSnapshot { Hostname = "x" }, alert: null, TimeSpan.Zero);
        foreach (var model in DisplayModel.All)
        {
            Assert.All(model.Pages, page => Assert.Equal(0, Draw(model.Name, page.Name, content).PixelsOutside));
        }
    }

    [Fact]
    public void Of_two_sensors_the_one_that_is_up_to_date_is_shown()
    {
        var section = new SectionBuilder(SensorsSection.Definition);
        section.Begin("a");
        section.Set(SensorsSection.TemperatureCelsius, 10);
        section.Set(SensorsSection.Stale, value: true);
        section.Begin("b");
        section.Set(SensorsSection.TemperatureCelsius, 20);
        var snapshot = new NodeSnapshot { Hostname = "x", Sections = [section.Build()!] };

        Assert.Equal("b", SensorValue.Find(snapshot, SensorsSection.TemperatureCelsius)!.Value.Name);
    }

    private static Canvas Draw(string display, string page, DisplayContent content)
    {
        var model = DisplayModel.All.Single(model => model.Name == display);
        var canvas = new Canvas(model.Width, model.Height);
        model.Draw(canvas, model.Pages.Single(one => one.Name == page), content);
        return canvas;
    }

    private static AlertLevel? Alert(Random random) => random.Next(4) is var one and < 3 ? (AlertLevel)one : null;

    private static NodeSnapshot RandomSnapshot(Random random)
    {
        var sections = new List<SectionReading>();
        foreach (var definition in SectionCatalog.All)
        {
            var section = new SectionBuilder(definition);
            for (var entry = random.Next(3); entry >= 0; entry--)
            {
                if (definition.EntryLabel is null || section.Begin(definition.HasNamedEntries ? Text(random, 40) + entry : null))
                {
                    Fill(section, definition, random);
                }
            }

            if (section.Build() is { } reading && random.Next(4) > 0)
            {
                sections.Add(reading);
            }
        }

        return new NodeSnapshot
        {
            Hostname = "h" + Text(random, 250),
            Header = Snapshots.Header with { UptimeSeconds = random.NextInt64(10_000_000_000) },
            Sections = sections,
            About = new AboutReading
            {
                Addresses = [.. Enumerable.Range(0, random.Next(5)).Select(_ => "a" + Text(random, 120))],
            },
        }
        .WithCores(Enumerable.Range(0, random.Next(130)).Select(_ => random.NextDouble()));
    }

    private static void Fill(SectionBuilder section, SectionDefinition definition, Random random)
    {
        foreach (var field in definition.WireFields)
        {
            if (field.Kind != FieldKind.Text && random.Next(3) > 0)
            {
                // From the very small to more than any range; what is impossible is refused.
                section.Set(field, (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(10)));
            }
        }
    }

    private static string Text(Random random, int lengthMax) =>
        new([.. Enumerable.Range(0, random.Next(lengthMax)).Select(_ => (char)random.Next(' ', 'ÿ'))]);
}
