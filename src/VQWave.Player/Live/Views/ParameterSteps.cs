using VQWave.Controls;

namespace VQWave.Player.Live.Views;

/// <summary>Where a key moves a parameter to: onto round values, always a change unless the end of the range is reached.</summary>
internal static class ParameterSteps
{
    private const float Tolerance = 1e-3f;

    // Each about a quarter more than the one before.
    private static readonly int[] CodeLadder =
    [
        0,
        1,
        2,
        3,
        4,
        5,
        6,
        8,
        10,
        12,
        16,
        20,
        24,
        32,
        40,
        48,
        64,
        80,
        96,
        128,
        160,
        192,
        256,
        320,
        384,
        512,
        640,
        768,
        1024,
    ];

    // Milliseconds: a stage has no use for 127.3.
    private static readonly float[] TimeLadder =
    [
        .. new float[]
        {
            1,
            2,
            3,
            5,
            7,
            10,
            15,
            20,
            25,
            30,
            35,
            40,
            45,
            52,
            60,
            70,
            80,
            90,
            100,
            120,
            150,
            200,
            250,
            300,
            400,
            500,
            600,
            700,
            850,
        },
        .. new float[] { 1000, 1200, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 7000, 8500, 10_000 },
    ];

    /// <summary>The value one step up (1) or down (−1).</summary>
    public static float Step(ParameterDefinition parameter, float value, int direction, StepSize size)
    {
        var next = (parameter.Kind, parameter.Unit) switch
        {
            (ParameterKind.Toggle or ParameterKind.Choice, _) => value + direction,
            (ParameterKind.Integer, ParameterUnit.Codes) => StepCodes(value, direction, size),
            (ParameterKind.Integer, ParameterUnit.Note) => value + (direction * (size == StepSize.Coarse ? 12 : 1)),
            (ParameterKind.Integer, _) => value + (direction * (size == StepSize.Coarse ? CoarseWhole(parameter) : 1)),
            (_, ParameterUnit.Decibels) => Onto(value, direction, Pick(size, 0.1f, 1, 6)),
            (_, ParameterUnit.Semitones) => Onto(value, direction, Pick(size, 0.05f, 1, 12)),
            (_, ParameterUnit.Percent) => Onto(value, direction, Pick(size, 1, 5, 25)),
            (_, ParameterUnit.Milliseconds) => StepTime(value, direction, size),
            _ => Onto(value, direction, Pick(size, 0.01f, 0.05f, 0.25f) * ((parameter.Maximum - parameter.Minimum) / 2)),
        };
        return parameter.Clamp(next);
    }

    private static float CoarseWhole(ParameterDefinition parameter) => parameter.Maximum - parameter.Minimum > 1000 ? 1000 : 12;

    private static float Pick(StepSize size, float fine, float normal, float coarse) =>
        size switch
        {
            StepSize.Fine => fine,
            StepSize.Coarse => coarse,
            _ => normal,
        };

    // The next multiple of a step.
    private static float Onto(float value, int direction, float step)
    {
        var place = value / step;
        var next = direction > 0 ? MathF.Floor(place + Tolerance) + 1 : MathF.Ceiling(place - Tolerance) - 1;
        return next * step;
    }

    private static float StepCodes(float value, int direction, StepSize size)
    {
        if (size == StepSize.Fine)
        {
            return value + direction;
        }

        if (size == StepSize.Coarse)
        {
            // 0 is all codes or the global value: the other end of a range that halves and doubles.
            return direction > 0 ? Math.Max(1, value * 2) : MathF.Floor(value / 2);
        }

        return direction > 0
            ? Array.Find(CodeLadder, v => v > value) is var up and > 0
                ? up
                : value
            : Math.Max(0, Array.FindLast(CodeLadder, v => v < value));
    }

    private static float StepTime(float value, int direction, StepSize size)
    {
        if (size == StepSize.Fine)
        {
            return Onto(value, direction, value < 10 ? 0.1f : 1);
        }

        if (size == StepSize.Coarse)
        {
            return direction > 0 ? value * 2 : value / 2;
        }

        return direction > 0
            ? Array.Find(TimeLadder, v => v > value + Tolerance) is var up and > 0
                ? up
                : float.MaxValue
            : Array.FindLast(TimeLadder, v => v < value - Tolerance);
    }
}
