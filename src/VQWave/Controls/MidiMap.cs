using System.Text.Json;

namespace VQWave.Controls;

/// <summary>
/// Which MIDI controllers move which parameters, with learning, and what the other messages ask for. A controller moves one parameter, a
/// parameter has one controller.
/// </summary>
/// <remarks>
/// Threading: <see cref="Apply"/> is real-time safe (it allocates nothing, locks nothing, waits for nothing) and is called by one thread at a
/// time, the one that receives MIDI. All other members are for control threads: they lock among themselves and publish a new table, which
/// <see cref="Apply"/> takes up with its next message. While something is learnt, a control thread calls <see cref="UpdateLearning"/> now and then.
/// </remarks>
public sealed class MidiMap
{
    private const int FileVersion = 1;
    private const int Controllers = 16 * 128;
    private const int SustainPedal = 64;

    private readonly Lock editLock = new();
    private readonly ParameterTable parameters;
    private LookUp lookUp;
    private MidiLearning? learning;
    private bool softTakeover;
    private int receiveChannel = MidiBinding.AnyChannel;

    /// <summary>Creates the default map.</summary>
    /// <param name="table">The parameters; by default <see cref="ParameterTable.Default"/>.</param>
    public MidiMap(ParameterTable? table = null)
    {
        parameters = table ?? ParameterTable.Default;
        lookUp = new LookUp(parameters, DefaultBindings(parameters), null);
    }

    /// <summary>
    /// Whether a knob whose position differs from the value moves it only after it has passed it, so that values never jump.
    /// </summary>
    public bool SoftTakeover
    {
        get => Volatile.Read(ref softTakeover);
        set => Volatile.Write(ref softTakeover, value);
    }

    /// <summary>The channel that is listened to, 0 to 15, or <see cref="MidiBinding.AnyChannel"/>.</summary>
    public int ReceiveChannel
    {
        get => Volatile.Read(ref receiveChannel);
        set => Volatile.Write(ref receiveChannel, value is >= 0 and <= 15 ? value : MidiBinding.AnyChannel);
    }

    /// <summary>The bindings, in the order of the parameters.</summary>
    public IReadOnlyList<MidiBinding> Bindings => Volatile.Read(ref lookUp).Bindings;

    /// <summary>How far learning has come.</summary>
    public LearningState Learning =>
        Volatile.Read(ref learning) is not { } current ? LearningState.Idle
        : current.IsBound ? LearningState.Detecting
        : LearningState.Waiting;

    /// <summary>The parameter that is being learnt, or null.</summary>
    public ParameterId? LearningParameter => Volatile.Read(ref learning)?.Parameter.Id;

    /// <summary>The binding of a parameter, or null.</summary>
    public MidiBinding? Find(ParameterId parameter) => Bindings.FirstOrDefault(b => b.Parameter == parameter);

    /// <summary>Acts on a message: sets parameters, and says what the message asks for. Real-time safe.</summary>
    /// <param name="message">The message.</param>
    /// <param name="values">The parameters' values.</param>
    public MidiAction Apply(in MidiMessage message, ParameterValues values)
    {
        var kind = message.Kind;
        var channel = message.Channel;
        if (kind is MidiMessageKind.None or MidiMessageKind.System || (ReceiveChannel is var only and >= 0 && only != channel))
        {
            return default;
        }

        return kind switch
        {
            MidiMessageKind.NoteOn => new MidiAction(MidiActionKind.NoteOn, channel, message.Data1, message.Data2),
            MidiMessageKind.NoteOff => new MidiAction(MidiActionKind.NoteOff, channel, message.Data1),
            MidiMessageKind.PitchBend => new MidiAction(MidiActionKind.Bend, channel, 0, message.Bend),
            MidiMessageKind.ProgramChange => new MidiAction(MidiActionKind.Program, channel, message.Data1),
            MidiMessageKind.ControlChange => ApplyController(message, values),
            _ => default,
        };
    }

    /// <summary>Binds a controller, taking it from the parameter that has it and the parameter from the controller it has.</summary>
    public void Bind(MidiBinding binding)
    {
        lock (editLock)
        {
            Install(binding, null);
        }
    }

    /// <summary>Takes a parameter from its controller.</summary>
    /// <returns>Whether it had one.</returns>
    public bool Unbind(ParameterId parameter)
    {
        lock (editLock)
        {
            var rest = lookUp.Bindings.Where(b => b.Parameter != parameter).ToList();
            var had = rest.Count < lookUp.Bindings.Count;
            Publish(rest, null);
            return had;
        }
    }

    /// <summary>Takes all parameters from their controllers.</summary>
    public void Clear()
    {
        lock (editLock)
        {
            Publish([], null);
        }
    }

    /// <summary>Back to the default map.</summary>
    public void SetDefaults()
    {
        lock (editLock)
        {
            Publish(DefaultBindings(parameters), null);
        }
    }

    /// <summary>Binds a parameter to the next controller that moves, on the channel it moves on.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="encoding">What the controller's values mean; null finds out from the first of them.</param>
    public void BeginLearning(ParameterId parameter, ControllerEncoding? encoding = null)
    {
        lock (editLock)
        {
            Finish();
            Volatile.Write(ref learning, new MidiLearning(parameters[parameter], encoding));
        }
    }

    /// <summary>Installs what was learnt, once it is settled what the controller's values mean.</summary>
    /// <returns>The new binding, or null where nothing is ready.</returns>
    public MidiBinding? UpdateLearning()
    {
        lock (editLock)
        {
            return learning is { IsBound: true, IsSettled: true } ? Finish() : null;
        }
    }

    /// <summary>Ends learning with what is known by now.</summary>
    /// <returns>The new binding; null where no controller has moved.</returns>
    public MidiBinding? EndLearning()
    {
        lock (editLock)
        {
            return Finish();
        }
    }

    /// <summary>Ends learning and leaves the map as it was.</summary>
    public void CancelLearning()
    {
        lock (editLock)
        {
            Volatile.Write(ref learning, null);
        }
    }

    /// <summary>Writes the map to a file, whole or not at all.</summary>
    /// <exception cref="VQWaveException">It cannot be written.</exception>
    public void Save(string path) => SettingsFile.Write(path, ToDocument(), ControlsJsonContext.Default.MidiMapDocument);

    /// <summary>The map as the text of its file, to be kept in a host's project.</summary>
    public string ToJson() => JsonSerializer.Serialize(ToDocument(), ControlsJsonContext.Default.MidiMapDocument);

    /// <summary>Reads the text of a map.</summary>
    /// <param name="json">What <see cref="ToJson"/> gave. Bindings of parameters that there are not are left out.</param>
    /// <param name="table">The parameters; by default <see cref="ParameterTable.Default"/>.</param>
    /// <exception cref="VQWaveException">It is damaged or newer.</exception>
    public static MidiMap FromJson(string json, ParameterTable? table = null)
    {
        try
        {
            var document =
                JsonSerializer.Deserialize(json, ControlsJsonContext.Default.MidiMapDocument)
                ?? throw new JsonException("it holds nothing");
            Check(document);
            MidiMap map = new(table);
            map.Take(document);
            return map;
        }
        catch (JsonException e)
        {
            throw new VQWaveException($"The MIDI map cannot be used ({SettingsFile.Plain(e)}).", e);
        }
    }

    private MidiMapDocument ToDocument() =>
        new()
        {
            Version = FileVersion,
            SoftTakeover = SoftTakeover,
            Channel = ReceiveChannel >= 0 ? ReceiveChannel + 1 : null,
            Bindings =
            [
                .. Bindings.Select(b => new MidiBindingDocument
                {
                    Parameter = parameters[b.Parameter].Key,
                    Controller = b.Controller,
                    Channel = b.Channel >= 0 ? b.Channel + 1 : null,
                    Encoding = b.Encoding,
                    Low = b.Low,
                    High = b.High,
                }),
            ],
        };

    /// <summary>Reads a map. A file that is damaged or newer gives the default map, and is kept beside as <c>….damaged</c>.</summary>
    /// <param name="path">The file; where there is none the default map is given.</param>
    /// <param name="problem">What was wrong, in one sentence; null where nothing was.</param>
    /// <param name="table">The parameters; by default <see cref="ParameterTable.Default"/>.</param>
    public static MidiMap Load(string path, out string? problem, ParameterTable? table = null)
    {
        MidiMap map = new(table);
        var document = SettingsFile.Read(path, "MIDI map", ControlsJsonContext.Default.MidiMapDocument, Check, out problem);
        if (document is null)
        {
            return map;
        }

        if (map.Take(document) is { } unknown)
        {
            problem ??= $"{path}: there is no parameter '{unknown}', so its controller was left out.";
        }

        return map;
    }

    // Returns the name of a parameter that there is not, or null.
    private string? Take(MidiMapDocument document)
    {
        string? unknown = null;
        SoftTakeover = document.SoftTakeover;
        ReceiveChannel = (document.Channel ?? 0) - 1;
        List<MidiBinding> bindings = [];
        foreach (var item in document.Bindings ?? [])
        {
            if (parameters.FindKey(item.Parameter!) is { } parameter)
            {
                bindings = With(bindings, item.ToBinding(parameter.Id));
            }
            else
            {
                unknown ??= item.Parameter;
            }
        }

        lock (editLock)
        {
            Publish(bindings, null);
        }

        return unknown;
    }

    private static void Check(MidiMapDocument document)
    {
        SettingsFile.CheckVersion(document.Version, FileVersion);
        foreach (var item in document.Bindings ?? [])
        {
            if (item?.Parameter is null)
            {
                throw new JsonException("a binding names no parameter");
            }

            _ = item.ToBinding(ParameterId.Temperature);
        }
    }

    private MidiAction ApplyController(in MidiMessage message, ParameterValues values)
    {
        int controller = message.Data1;
        switch (controller)
        {
            case 120:
                return new MidiAction(MidiActionKind.AllSoundOff, message.Channel);
            case >= 123:
                return new MidiAction(MidiActionKind.AllNotesOff, message.Channel);
            case > 120:
                return default;
        }

        var takeover = SoftTakeover;
        if (Volatile.Read(ref learning) is { } current && current.Take(message, values, takeover, out var wasSet))
        {
            return new MidiAction(wasSet ? MidiActionKind.Parameter : MidiActionKind.Learnt, message.Channel, current.Slot.Index);
        }

        var table = Volatile.Read(ref lookUp);
        var at = (message.Channel << 7) | controller;
        if (table.Coarse[at] is { } slot)
        {
            return slot.Move(values, message.Data2, isFine: false, takeover)
                ? new MidiAction(MidiActionKind.Parameter, message.Channel, slot.Index)
                : default;
        }

        if (table.Fine[at] is { } fine)
        {
            return fine.Move(values, message.Data2, isFine: true, takeover)
                ? new MidiAction(MidiActionKind.Parameter, message.Channel, fine.Index)
                : default;
        }

        return controller == SustainPedal
            ? new MidiAction(MidiActionKind.Sustain, message.Channel, 0, message.Data2 >= 64 ? 1 : 0)
            : default;
    }

    private MidiBinding? Finish()
    {
        var finished = learning;
        MidiBinding? binding = null;
        if (finished is { IsBound: true })
        {
            binding = finished.Binding;
            Install(binding, finished.Slot);
        }

        // Last: until then the MIDI thread moves the parameter through what is being learnt, afterwards through the table.
        Volatile.Write(ref learning, null);
        if (binding is not null)
        {
            // What the MIDI thread may have found out since the binding was read came too late.
            finished!.Slot.Encoding = binding.Encoding;
        }

        return binding;
    }

    private void Install(MidiBinding binding, MidiMapSlot? slot)
    {
        _ = parameters.IndexOf(binding.Parameter);
        Publish(With(lookUp.Bindings, binding), slot);
    }

    private static List<MidiBinding> With(IReadOnlyList<MidiBinding> bindings, MidiBinding added) =>
        [.. bindings.Where(b => b.Parameter != added.Parameter && !Overlaps(b, added)), added];

    private static bool Overlaps(MidiBinding a, MidiBinding b) =>
        a.Controller == b.Controller && (a.Channel == b.Channel || a.Channel < 0 || b.Channel < 0);

    private void Publish(IReadOnlyList<MidiBinding> bindings, MidiMapSlot? slot) =>
        Volatile.Write(ref lookUp, new LookUp(parameters, bindings, (lookUp, slot)));

    private static List<MidiBinding> DefaultBindings(ParameterTable table)
    {
        List<MidiBinding> bindings =
        [
            Omni(ParameterId.Temperature, 1),
            Omni(ParameterId.TopK, 71),
            Omni(ParameterId.Freeze, SustainPedal),
            // The top of a volume controller is 0 dB: nobody expects 12 dB more from it.
            Omni(ParameterId.Gain, 7) with
            {
                High = table[ParameterId.Gain].ToNormalised(0),
            },
        ];
        for (var level = 0; level < ParameterTable.LevelSlots; level++)
        {
            bindings.Add(Omni(ParameterTable.LevelTemperature(level), 20 + level));
            bindings.Add(Omni(ParameterTable.LevelTopK(level), 24 + level));
        }

        return bindings;
    }

    private static MidiBinding Omni(ParameterId parameter, int controller) => new() { Parameter = parameter, Controller = controller };

    /// <summary>The bindings by channel and controller; immutable but for what its slots remember.</summary>
    private sealed class LookUp
    {
        private readonly Dictionary<MidiBinding, MidiMapSlot> slots = [];

        internal LookUp(ParameterTable table, IReadOnlyList<MidiBinding> bindings, (LookUp Earlier, MidiMapSlot? Learnt)? origin)
        {
            Bindings = [.. bindings.OrderBy(b => table.IndexOf(b.Parameter))];
            foreach (var binding in Bindings)
            {
                var index = table.IndexOf(binding.Parameter);
                // Bindings that stay keep what they remember; a learnt one goes on from what it was learnt with.
                var slot =
                    origin?.Learnt is { } learnt && learnt.Index == index ? learnt
                    : origin?.Earlier.slots.GetValueOrDefault(binding) is { } kept ? kept
                    : new MidiMapSlot
                    {
                        Index = index,
                        Low = binding.Low,
                        High = binding.High,
                        Encoding = binding.Encoding,
                    };
                slots.Add(binding, slot);
                var (first, last) = binding.Channel < 0 ? (0, 15) : (binding.Channel, binding.Channel);
                for (var channel = first; channel <= last; channel++)
                {
                    Coarse[(channel << 7) | binding.Controller] = slot;
                    if (binding.Encoding == ControllerEncoding.Absolute14 && binding.Controller < 32)
                    {
                        Fine[(channel << 7) | (binding.Controller + 32)] = slot;
                    }
                }
            }
        }

        internal IReadOnlyList<MidiBinding> Bindings { get; }

        internal MidiMapSlot?[] Coarse { get; } = new MidiMapSlot?[Controllers];

        internal MidiMapSlot?[] Fine { get; } = new MidiMapSlot?[Controllers];
    }
}
