using VQWave.Controls;
using VQWave.Streaming;

namespace VQWave.Tests.Controls;

public class EngineParametersTests
{
    private readonly ParameterValues values = new();
    private readonly ControlChange[] changes = new ControlChange[64];

    [Fact]
    public void The_first_call_tells_everything_and_the_next_only_what_changed()
    {
        EngineParameters parameters = new(values, 4);
        values[ParameterId.Level2TopK] = 9;
        Assert.Equal(
            [
                ControlChange.OwnTemperature(0, 1, 7),
                ControlChange.OwnTopK(0, 0, 7),
                ControlChange.OwnTemperature(1, 1, 7),
                ControlChange.OwnTopK(1, 9, 7),
                ControlChange.OwnTemperature(2, 1, 7),
                ControlChange.OwnTopK(2, 0, 7),
                ControlChange.OwnTemperature(3, 1, 7),
                ControlChange.OwnTopK(3, 0, 7),
                ControlChange.Detail(3, 7),
                ControlChange.FreezeLength(8, 7),
                ControlChange.Freeze(false, 7),
                ControlChange.Seed(1, 7),
            ],
            Collect(parameters, 7)
        );
        Assert.Empty(Collect(parameters, 8));
        // The sound's own parameters do not concern the engine.
        values[ParameterId.Gain] = -12;
        values[ParameterId.Pitch] = 3;
        Assert.Empty(Collect(parameters, 8));
        values[ParameterId.Level3Temperature] = 1.25f;
        values[ParameterId.Detail] = 2;
        values[ParameterId.Seed] = 5;
        values.Fire(ParameterId.Reset);
        values.Fire(ParameterId.Reset);
        Assert.Equal(
            [ControlChange.OwnTemperature(2, 1.25f, 9), ControlChange.Detail(1, 9), ControlChange.Seed(5, 9), ControlChange.Reset(9)],
            Collect(parameters, 9)
        );
        values[ParameterId.TopK] = 100;
        Assert.Equal([ControlChange.OwnTopK(0, 100), ControlChange.OwnTopK(2, 100), ControlChange.OwnTopK(3, 100)], Collect(parameters, 0));
        parameters.Invalidate();
        Assert.Equal(12, Collect(parameters, 0).Length);
    }

    [Fact]
    public void In_notes_mode_the_notes_bring_the_seeds()
    {
        EngineParameters parameters = new(values, 4);
        values[ParameterId.Mode] = (float)PlayMode.Notes;
        Assert.DoesNotContain(Collect(parameters, 0), c => c.Kind == ControlKind.Seed);
        values[ParameterId.Seed] = 99;
        Assert.Empty(Collect(parameters, 0));
        values[ParameterId.Mode] = (float)PlayMode.FreeRun;
        Assert.Equal([ControlChange.Seed(99)], Collect(parameters, 0));
    }

    [Fact]
    public void Packs_with_other_numbers_of_levels_are_served()
    {
        EngineParameters two = new(values, 2);
        var told = Collect(two, 0);
        Assert.Contains(ControlChange.Detail(1), told);
        Assert.DoesNotContain(told, c => c.Level > 1);
        EngineParameters six = new(values, 6);
        values[ParameterId.Level4Temperature] = 0.5f;
        told = Collect(six, 0);
        Assert.Contains(ControlChange.Detail(5), told);
        Assert.All(new[] { 3, 4, 5 }, level => Assert.Contains(ControlChange.OwnTemperature(level, 0.5f), told));
        Assert.Throws<ArgumentException>(() => six.Collect(values, 0, new ControlChange[16]));
    }

    [Theory]
    [InlineData(4, 4, 3)]
    [InlineData(2, 4, 1)]
    [InlineData(4, 2, 1)]
    [InlineData(3, 2, 1)]
    [InlineData(4, 6, 5)]
    [InlineData(4, 3, 2)]
    public void An_engine_starts_with_what_it_would_be_told(int detail, int levels, int heard)
    {
        values[ParameterId.Detail] = detail;
        values[ParameterId.Level2TopK] = 9;
        values[ParameterId.Temperature] = 0.5f;
        values[ParameterId.Seed] = 77;
        var start = EngineParameters.Start(values, levels);
        Assert.Equal(heard, start.Detail);
        Assert.Equal(77UL, start.Seed);
        Assert.Equal(levels, start.Sampling.LevelTopK!.Count);
        Assert.Equal(9, start.Sampling.LevelTopK[1]);
        Assert.All(start.Sampling.LevelTemperatures!, t => Assert.Equal(0.5f, t));
    }

    [Fact]
    public void A_change_under_way_is_told_when_it_is_whole()
    {
        EngineParameters parameters = new(values, 4);
        Collect(parameters, 0);
        values.BeginChange();
        values[ParameterId.Temperature] = 0.5f;
        Assert.Empty(Collect(parameters, 0));
        values[ParameterId.Freeze] = 1;
        values.EndChange();
        Assert.Equal(5, Collect(parameters, 0).Length);
    }

    [Fact]
    public void Collecting_allocates_nothing()
    {
        EngineParameters parameters = new(values, 4);
        long Run(int times)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < times; i++)
            {
                values[ParameterId.Temperature] = i % 5 * 0.3f;
                values[ParameterId.Freeze] = i & 1;
                parameters.Collect(values, i, changes);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Run(300);
        Assert.Equal(0, Run(3000));
    }

    private ControlChange[] Collect(EngineParameters parameters, long time) => changes[..parameters.Collect(values, time, changes)];
}
