namespace VQWave.Controls;

/// <summary>One act of learning: made by the control thread, carried out by the MIDI thread, installed by the control thread.</summary>
/// <remarks>Real-time safe: everything is allocated when it is made.</remarks>
internal sealed class MidiLearning
{
    private readonly EncodingDetector detector = new();
    private readonly bool detects;
    private int source = -1;
    private bool settled;
    private int previousController = -1;

    internal MidiLearning(ParameterDefinition parameter, ControllerEncoding? encoding)
    {
        Parameter = parameter;
        // Buttons and pedals repeat 127 without being encoders.
        detects = encoding is null && parameter.Kind is not (ParameterKind.Toggle or ParameterKind.Trigger);
        Slot = new MidiMapSlot
        {
            Index = parameter.Index,
            Low = 0,
            High = 1,
            Encoding = encoding ?? ControllerEncoding.Absolute,
        };
        detector.Begin();
    }

    internal ParameterDefinition Parameter { get; }

    internal MidiMapSlot Slot { get; }

    /// <summary>Whether a controller was found.</summary>
    internal bool IsBound => Volatile.Read(ref source) >= 0;

    /// <summary>Whether what its values mean is settled.</summary>
    internal bool IsSettled => Volatile.Read(ref settled);

    /// <summary>The binding as far as it is known; only where <see cref="IsBound"/>.</summary>
    internal MidiBinding Binding =>
        new()
        {
            Parameter = Parameter.Id,
            Channel = Volatile.Read(ref source) >> 7,
            Controller = Volatile.Read(ref source) & 127,
            Encoding = Slot.Encoding,
        };

    /// <summary>Takes a control change that may concern what is learnt.</summary>
    /// <returns>Whether it does, and nothing else should act on it.</returns>
    internal bool Take(in MidiMessage message, ParameterValues values, bool softTakeover, out bool wasSet)
    {
        wasSet = false;
        var from = (message.Channel << 7) | message.Data1;
        var previous = previousController;
        previousController = from;
        if (source < 0)
        {
            Volatile.Write(ref settled, !detects);
            Volatile.Write(ref source, from);
        }

        if (from == source)
        {
            if (!settled)
            {
                Observe(message.Data2);
            }

            wasSet = (settled || detector.IsUsable) && Slot.Move(values, message.Data2, isFine: false, softTakeover);
            return true;
        }

        if (message.Data1 < 32 || from != source + 32)
        {
            return false;
        }

        // The fine part follows at once on the same channel, and only from controllers below 32.
        if (detects && !settled && (source & 127) < 32 && previous == source)
        {
            Slot.Encoding = ControllerEncoding.Absolute14;
            // The coarse part came before the encoding was known.
            Slot.Move(values, detector.Last, isFine: false, softTakeover);
            Volatile.Write(ref settled, true);
        }

        wasSet = Slot.Encoding == ControllerEncoding.Absolute14 && Slot.Move(values, message.Data2, isFine: true, softTakeover);
        return Slot.Encoding == ControllerEncoding.Absolute14;
    }

    private void Observe(int value)
    {
        detector.Add(value);
        Slot.Encoding = detector.Encoding;
        Volatile.Write(ref settled, detector.IsSettled);
    }
}
