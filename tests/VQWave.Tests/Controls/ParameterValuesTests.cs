using System.Diagnostics;
using VQWave.Controls;

namespace VQWave.Tests.Controls;

public class ParameterValuesTests
{
    [Fact]
    public void Values_are_held_in_their_ranges_and_versions_count_changes()
    {
        ParameterValues values = new();
        Assert.Equal(ParameterTable.Default.Parameters.Select(p => p.Default), ParameterTable.Default.Parameters.Select(p => values[p.Id]));
        var version = values.Version;
        values[ParameterId.Temperature] = 9;
        Assert.Equal(2f, values[ParameterId.Temperature]);
        Assert.True(values.Version > version);
        version = values.Version;
        values[ParameterId.Temperature] = 2;
        values[ParameterId.Temperature] = float.NaN;
        values.SetNormalised(ParameterId.Temperature, double.NaN);
        Assert.Equal(version, values.Version);
        values.SetNormalised(ParameterId.Temperature, 0.25);
        Assert.Equal(0.5f, values[ParameterId.Temperature]);
        Assert.Equal(0.25, values.GetNormalised(ParameterId.Temperature));
        values[ParameterId.Seed] = 7.4f;
        Assert.Equal(7f, values[ParameterId.Seed]);
        values.SetDefaults();
        Assert.Equal(1f, values[ParameterId.Seed]);
    }

    [Fact]
    public void Triggers_are_counted_by_their_rising_edges()
    {
        ParameterValues values = new();
        values[ParameterId.Reset] = 1;
        values[ParameterId.Reset] = 1;
        values[ParameterId.Reset] = 0;
        Assert.Equal(1, values.TriggerCount(ParameterId.Reset));
        values[ParameterId.Reset] = 1;
        values[ParameterId.Reset] = 0;
        values.Fire(ParameterId.Reset);
        values.Fire(ParameterId.Temperature);
        Assert.Equal(3, values.TriggerCount(ParameterId.Reset));
        Assert.Equal(0, values.TriggerCount(ParameterId.Temperature));
    }

    [Fact]
    public void A_snapshot_never_shows_half_of_a_change()
    {
        ParameterValues values = new();
        var stop = false;
        Thread[] writers =
        [
            .. Enumerable
                .Range(0, 2)
                .Select(w => new Thread(() =>
                {
                    for (var i = 0; !Volatile.Read(ref stop); i++)
                    {
                        // Each writer keeps its own two values equal.
                        values.BeginChange();
                        var seed = (i * 7) % 1000;
                        values[w == 0 ? ParameterId.Level1TopK : ParameterId.Level3TopK] = seed;
                        values[w == 0 ? ParameterId.Level2TopK : ParameterId.Level4TopK] = seed;
                        values.EndChange();
                        Thread.SpinWait(20);
                        if (i % 16 == 0)
                        {
                            Thread.Yield();
                        }
                    }
                })),
        ];
        Array.ForEach(writers, t => t.Start());
        var table = values.Table;
        var snapshot = new float[table.Count];
        var taken = 0;
        var halves = 0;
        var refused = 0;
        var clock = Stopwatch.StartNew();
        while ((taken < 500 || refused < 10) && clock.Elapsed < TimeSpan.FromSeconds(10))
        {
            if (values.TrySnapshot(snapshot, out _))
            {
                taken++;
                halves += snapshot[table.IndexOf(ParameterId.Level1TopK)] != snapshot[table.IndexOf(ParameterId.Level2TopK)] ? 1 : 0;
                halves += snapshot[table.IndexOf(ParameterId.Level3TopK)] != snapshot[table.IndexOf(ParameterId.Level4TopK)] ? 1 : 0;
            }
            else
            {
                refused++;
            }
        }

        Volatile.Write(ref stop, true);
        Array.ForEach(writers, t => t.Join());
        Assert.Equal(0, halves);
        Assert.True(values.TrySnapshot(snapshot, out var version));
        Assert.Equal(values.Version, version);
        Assert.True(taken > 0);
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        ParameterValues values = new();
        var snapshot = new float[values.Table.Count];
        var preset = PresetBank.Factory[2];
        double sum = 0;
        long Run(int times)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < times; i++)
            {
                values[ParameterId.Temperature] = i % 3 * 0.5f;
                values.SetNormalised(ParameterId.TopK, i % 10 / 10.0);
                values.Fire(ParameterId.Reset);
                preset.ApplyTo(values);
                values.TrySnapshot(snapshot, out _);
                sum +=
                    values.EffectiveTemperature(i % 4)
                    + values.EffectiveTopK(2)
                    + values.GetNormalised(ParameterId.Gain)
                    + values.TriggerCount(ParameterId.Reset);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Run(300);
        Assert.Equal(0, Run(3000));
        Assert.True(sum > 0);
    }
}
