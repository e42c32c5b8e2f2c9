using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Quality;

public sealed class GasBaselineFileTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();
    private readonly TempFolder _folder = new();
    private readonly GasBaselines _baselines;

    public GasBaselineFileTests() => _baselines = new GasBaselines(_time);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_learnt_outlives_a_restart()
    {
        using (var file = new GasBaselineFile(_folder.Path, _baselines, _time))
        {
            Learn(300_000);
        }

        var later = new GasBaselines(_time);
        using var again = new GasBaselineFile(_folder.Path, later, _time);

        Assert.Null(again.TakeProblem());
        var (sensor, field, ohms) = later[0];
        Assert.Equal(("mics6814", SensorsSection.ReducingOhms), (sensor, field));
        Assert.Equal(300_000, ohms!.Value, 0.1);
    }

    [Fact]
    public async Task It_is_written_at_most_once_an_hour_and_only_when_something_has_moved()
    {
        using var file = new GasBaselineFile(_folder.Path, _baselines, _time);
        Assert.False(file.SaveWhenDue());
        _baselines.TryRestore("mics6814", "red", 300_000);
        Assert.True(file.SaveWhenDue());
        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(file.FullName)), Deadline);

        _baselines.TryRestore("mics6814", "red", 600_000);
        Assert.False(file.SaveWhenDue());
        _time.Advance(GasBaselineFile.Period);
        await Eventually.TrueAsync(() => Task.FromResult(file.SaveWhenDue()), Deadline);
        await Eventually.TrueAsync(
            async () => await File.ReadAllTextAsync(file.FullName) == "mics6814 red 600000.0\n", Deadline);

        _time.Advance(GasBaselineFile.Period);
        _baselines.TryRestore("mics6814", "red", 605_000);
        Assert.False(file.SaveWhenDue());
    }

    [Fact]
    public void Lines_that_make_no_sense_are_named_and_the_others_used()
    {
        File.WriteAllText(
            Path.Join(_folder.Path, GasBaselineFile.Name), "mics6814 red 300000.0\nmics6814 ox -1\nmics6814 nh3 20000\n");

        using var file = new GasBaselineFile(_folder.Path, _baselines, _time);

        Assert.Contains("line 2", file.TakeProblem(), StringComparison.Ordinal);
        Assert.Null(file.TakeProblem());
        Assert.Equal(2, _baselines.Count);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_a_problem_when_there_is_something_to_keep()
    {
        using var file = new GasBaselineFile(Path.Join(_folder.Path, "none"), _baselines, _time);
        Assert.Null(file.TakeProblem());
        Learn(300_000);

        file.Dispose();

        Assert.Contains("cannot be written", file.TakeProblem(), StringComparison.Ordinal);
    }

    private void Learn(double ohms)
    {
        var entry = new SectionBuilder(SensorsSection.Definition);
        for (var elapsed = TimeSpan.Zero; elapsed <= 2 * GasBaseline.LearnTime; elapsed += GasBaseline.StepMax)
        {
            entry.Clear();
            entry.Begin("mics6814");
            entry.Set(SensorsSection.ReducingOhms, ohms);
            _baselines.Apply(entry);
            _time.Advance(GasBaseline.StepMax);
        }
    }
}
