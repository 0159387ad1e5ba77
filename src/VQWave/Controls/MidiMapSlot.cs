namespace VQWave.Controls;

/// <summary>
/// A binding at work: what the MIDI thread needs of it, and what it remembers from one message to the next. Real-time safe.
/// </summary>
/// <remarks>Threading: <see cref="Move"/> on the MIDI thread only; the fields of the binding are written before it is published.</remarks>
internal sealed class MidiMapSlot
{
    // How near, normalised, a controller must come to a value to take it over: two of its own steps.
    private const double PickupDistance = 2.0 / 127;

    private int encoding;
    private int coarse = -1;
    private double lastPosition = double.NaN;
    private double accumulator = double.NaN;
    private float lastPlain = float.NaN;
    private bool engaged;

    internal required int Index { get; init; }

    internal required double Low { get; init; }

    internal required double High { get; init; }

    internal ControllerEncoding Encoding
    {
        get => (ControllerEncoding)Volatile.Read(ref encoding);
        set => Volatile.Write(ref encoding, (int)value);
    }

    /// <summary>Acts on a value of the controller, or of its fine part.</summary>
    /// <returns>Whether the parameter was set.</returns>
    internal bool Move(ParameterValues values, int value, bool isFine, bool softTakeover)
    {
        switch (Encoding)
        {
            case ControllerEncoding.Absolute:
                return !isFine && MoveTo(values, value / 127.0, softTakeover);
            case ControllerEncoding.Absolute14:
                return MoveFine(values, value, isFine, softTakeover);
            case ControllerEncoding.RelativeTwosComplement:
                return !isFine && MoveBy(values, value < 64 ? value : value - 128);
            case ControllerEncoding.RelativeBinaryOffset:
                return !isFine && MoveBy(values, value - 64);
            case ControllerEncoding.RelativeSignMagnitude:
                return !isFine && MoveBy(values, value < 64 ? value : 64 - value);
            default:
                return false;
        }
    }

    private bool MoveFine(ParameterValues values, int value, bool isFine, bool softTakeover)
    {
        if (!isFine)
        {
            // "When an MSB is received, the receiver should set its concept of the LSB to zero" (MIDI 1.0, page 12).
            coarse = value;
            return MoveTo(values, (value << 7) / 16383.0, softTakeover);
        }

        return coarse >= 0 && MoveTo(values, ((coarse << 7) | value) / 16383.0, softTakeover);
    }

    private bool MoveTo(ParameterValues values, double position, bool softTakeover)
    {
        var definition = values.Table.Parameters[Index];
        var target = Low + (position * (High - Low));
        if (
            softTakeover
            && definition.Kind is not (ParameterKind.Toggle or ParameterKind.Trigger)
            && !TakesOver(values, definition, target)
        )
        {
            lastPosition = target;
            return false;
        }

        lastPosition = target;
        values.Set(Index, definition.FromNormalised(target));
        lastPlain = values.Get(Index);
        return true;
    }

    private bool TakesOver(ParameterValues values, ParameterDefinition definition, double target)
    {
        var plain = values.Get(Index);
        if (engaged && plain == lastPlain)
        {
            return true;
        }

        var current = definition.ToNormalised(plain);
        engaged =
            Math.Abs(target - current) <= PickupDistance
            || (!double.IsNaN(lastPosition) && (lastPosition - current) * (target - current) <= 0);
        return engaged;
    }

    private bool MoveBy(ParameterValues values, int steps)
    {
        if (steps == 0)
        {
            return false;
        }

        var definition = values.Table.Parameters[Index];
        var directed = High < Low ? -steps : steps;
        if (definition.Kind == ParameterKind.Trigger)
        {
            values.Fire(definition.Id);
            return true;
        }

        var lowest = Math.Min(Low, High);
        var highest = Math.Max(Low, High);
        var current = values.Get(Index);
        if (definition.StepCount is > 0 and <= 127)
        {
            values.Set(Index, Math.Clamp(current + directed, definition.FromNormalised(lowest), definition.FromNormalised(highest)));
            return true;
        }

        if (current != lastPlain || double.IsNaN(accumulator))
        {
            accumulator = definition.ToNormalised(current);
        }

        accumulator = Math.Clamp(accumulator + (directed / 127.0 * (highest - lowest)), lowest, highest);
        var next = definition.FromNormalised(accumulator);
        if (definition.StepCount > 0 && next == current)
        {
            // Where the range is finer than the encoder, a step of the encoder is at least a step of the parameter.
            next = Math.Clamp(current + Math.Sign(directed), definition.FromNormalised(lowest), definition.FromNormalised(highest));
            accumulator = definition.ToNormalised(next);
        }

        values.Set(Index, next);
        lastPlain = values.Get(Index);
        return true;
    }
}
