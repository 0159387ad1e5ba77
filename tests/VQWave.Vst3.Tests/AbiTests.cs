using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using VQWave.Vst3.Interop;

namespace VQWave.Vst3.Tests;

/// <summary>Sizes, offsets, slots and ids: against a C description by others, compiled here, and against tables from the documents.</summary>
public sealed class AbiTests
{
    private const string Travesty = "/usr/share/dpf/distrho/src/travesty";

    // C struct, our struct, C fields and ours. Travesty's note expression text lacks the type id that Steinberg's has: left out.
    private static readonly (string C, Type Ours, string Fields)[] s_structs =
    [
        ("v3_factory_info", typeof(PFactoryInfo), "vendor=Vendor url=Url email=Email flags=Flags"),
        ("v3_class_info", typeof(PClassInfo), "class_id=Cid cardinality=Cardinality category=Category name=Name"),
        (
            "v3_class_info_2",
            typeof(PClassInfo2),
            "class_id=Cid cardinality=Cardinality category=Category name=Name class_flags=ClassFlags sub_categories=SubCategories vendor=Vendor version=Version sdk_version=SdkVersion"
        ),
        (
            "v3_class_info_3",
            typeof(PClassInfoW),
            "class_id=Cid cardinality=Cardinality category=Category name=Name class_flags=ClassFlags sub_categories=SubCategories vendor=Vendor version=Version sdk_version=SdkVersion"
        ),
        (
            "v3_bus_info",
            typeof(BusInfoData),
            "media_type=MediaType direction=Direction channel_count=ChannelCount bus_name=Name bus_type=BusType flags=Flags"
        ),
        ("v3_routing_info", typeof(RoutingInfoData), "media_type=MediaType bus_idx=BusIndex channel=Channel"),
        (
            "v3_param_info",
            typeof(ParameterInfoData),
            "param_id=Id title=Title short_title=ShortTitle units=Units step_count=StepCount default_normalised_value=DefaultNormalizedValue unit_id=UnitId flags=Flags"
        ),
        ("v3_unit_info", typeof(UnitInfoData), "id=Id parent_unit_id=ParentUnitId name=Name program_list_id=ProgramListId"),
        ("v3_program_list_info", typeof(ProgramListInfoData), "id=Id name=Name programCount=ProgramCount"),
        (
            "v3_process_setup",
            typeof(Vst3ProcessSetup),
            "process_mode=ProcessMode symbolic_sample_size=SampleSize max_block_size=MaxBlockFrames sample_rate=SampleRate"
        ),
        ("v3_frame_rate", typeof(Vst3FrameRate), "fps=FramesPerSecond flags=Flags"),
        ("v3_chord", typeof(Vst3Chord), "key_note=KeyNote root_note=RootNote chord_mask=ChordMask"),
        (
            "v3_process_context",
            typeof(Vst3ProcessContext),
            "state=State sample_rate=SampleRate project_time_in_samples=ProjectTimeSamples system_time_ns=SystemTime "
                + "continuous_time_in_samples=ContinuousTimeSamples project_time_quarters=ProjectTimeMusic bar_position_quarters=BarPositionMusic "
                + "cycle_start_quarters=CycleStartMusic cycle_end_quarters=CycleEndMusic bpm=Tempo time_sig_numerator=TimeSignatureNumerator "
                + "time_sig_denom=TimeSignatureDenominator chord=Chord smpte_offset_subframes=SmpteOffsetSubframes frame_rate=FrameRate "
                + "samples_to_next_clock=SamplesToNextClock"
        ),
        (
            "v3_audio_bus_buffers",
            typeof(AudioBusBuffers),
            "num_channels=ChannelCount channel_silence_bitset=SilenceFlags channel_buffers_32=Channels"
        ),
        (
            "v3_process_data",
            typeof(ProcessDataNative),
            "process_mode=ProcessMode symbolic_sample_size=SymbolicSampleSize nframes=SampleCount num_input_buses=InputCount num_output_buses=OutputCount "
                + "inputs=Inputs outputs=Outputs input_params=InputParameterChanges output_params=OutputParameterChanges input_events=InputEvents "
                + "output_events=OutputEvents ctx=Context"
        ),
        (
            "v3_event_note_on",
            typeof(Vst3NoteOnEvent),
            "channel=Channel pitch=Pitch tuning=Tuning velocity=Velocity length=Length note_id=NoteId"
        ),
        ("v3_event_note_off", typeof(Vst3NoteOffEvent), "channel=Channel pitch=Pitch velocity=Velocity note_id=NoteId tuning=Tuning"),
        ("v3_event_data", typeof(Vst3DataEvent), "size=Size type=Type bytes=Bytes"),
        ("v3_event_poly_pressure", typeof(Vst3PolyPressureEvent), "channel=Channel pitch=Pitch pressure=Pressure note_id=NoteId"),
        ("v3_event_chord", typeof(Vst3ChordEvent), "root=Root bass_note=BassNote mask=Mask text_len=TextLength text=Text"),
        ("v3_event_scale", typeof(Vst3ScaleEvent), "root=Root mask=Mask text_len=TextLength text=Text"),
        (
            "v3_event_legacy_midi_cc_out",
            typeof(Vst3LegacyMidiCcOutEvent),
            "cc_number=ControlNumber channel=Channel value=Value value2=Value2"
        ),
        ("v3_event_note_expression_value", typeof(Vst3NoteExpressionValueEvent), "type_id=TypeId note_id=NoteId value=Value"),
        (
            "v3_event",
            typeof(Vst3Event),
            "bus_index=BusIndex sample_offset=SampleOffset ppq_position=PpqPosition flags=Flags type=Type note_on=NoteOn note_off=NoteOff data=Data "
                + "poly_pressure=PolyPressure chord=Chord scale=Scale midi_cc_out=MidiCcOut note_exp_value=NoteExpressionValue note_exp_text=NoteExpressionText"
        ),
        ("v3_view_rect", typeof(Vst3Rect), "left=Left top=Top right=Right bottom=Bottom"),
    ];

    private const string Base = "query_interface=QueryInterface ref=AddRef unref=Release ";
    private const string PluginBase = Base + "initialize=Initialize terminate=Terminate ";

    private static readonly (string C, Type Ours, string Slots)[] s_tables =
    [
        (
            "v3_plugin_factory_3",
            typeof(IPluginFactory3Vtbl),
            Base
                + "get_factory_info=GetFactoryInfo num_classes=CountClasses get_class_info=GetClassInfo create_instance=CreateInstance "
                + "get_class_info_2=GetClassInfo2 get_class_info_utf16=GetClassInfoUnicode set_host_context=SetHostContext"
        ),
        ("v3_plugin_base", typeof(IPluginBaseVtbl), PluginBase),
        ("v3_bstream", typeof(IBStreamVtbl), Base + "read=Read write=Write seek=Seek tell=Tell"),
        (
            "v3_component",
            typeof(IComponentVtbl),
            PluginBase
                + "get_controller_class_id=GetControllerClassId set_io_mode=SetIoMode get_bus_count=GetBusCount get_bus_info=GetBusInfo "
                + "get_routing_info=GetRoutingInfo activate_bus=ActivateBus set_active=SetActive set_state=SetState get_state=GetState"
        ),
        (
            "v3_audio_processor",
            typeof(IAudioProcessorVtbl),
            Base
                + "set_bus_arrangements=SetBusArrangements get_bus_arrangement=GetBusArrangement can_process_sample_size=CanProcessSampleSize "
                + "get_latency_samples=GetLatencySamples setup_processing=SetupProcessing set_processing=SetProcessing process=Process "
                + "get_tail_samples=GetTailSamples"
        ),
        (
            "v3_process_context_requirements",
            typeof(IProcessContextRequirementsVtbl),
            Base + "get_process_context_requirements=GetProcessContextRequirements"
        ),
        (
            "v3_param_value_queue",
            typeof(IParamValueQueueVtbl),
            Base + "get_param_id=GetParameterId get_point_count=GetPointCount get_point=GetPoint add_point=AddPoint"
        ),
        (
            "v3_param_changes",
            typeof(IParameterChangesVtbl),
            Base + "get_param_count=GetParameterCount get_param_data=GetParameterData add_param_data=AddParameterData"
        ),
        ("v3_event_list", typeof(IEventListVtbl), Base + "get_event_count=GetEventCount get_event=GetEvent add_event=AddEvent"),
        (
            "v3_edit_controller",
            typeof(IEditControllerVtbl),
            PluginBase
                + "set_component_state=SetComponentState set_state=SetState get_state=GetState get_parameter_count=GetParameterCount "
                + "get_parameter_info=GetParameterInfo get_parameter_string_for_value=GetParamStringByValue "
                + "get_parameter_value_for_string=GetParamValueByString normalised_parameter_to_plain=NormalizedParamToPlain "
                + "plain_parameter_to_normalised=PlainParamToNormalized get_parameter_normalised=GetParamNormalized "
                + "set_parameter_normalised=SetParamNormalized set_component_handler=SetComponentHandler create_view=CreateView"
        ),
        (
            "v3_component_handler",
            typeof(IComponentHandlerVtbl),
            Base + "begin_edit=BeginEdit perform_edit=PerformEdit end_edit=EndEdit restart_component=RestartComponent"
        ),
        (
            "v3_component_handler2",
            typeof(IComponentHandler2Vtbl),
            Base
                + "set_dirty=SetDirty request_open_editor=RequestOpenEditor start_group_edit=StartGroupEdit finish_group_edit=FinishGroupEdit"
        ),
        ("v3_midi_mapping", typeof(IMidiMappingVtbl), Base + "get_midi_controller_assignment=GetMidiControllerAssignment"),
        (
            "v3_unit_information",
            typeof(IUnitInfoVtbl),
            Base
                + "get_unit_count=GetUnitCount get_unit_info=GetUnitInfo get_program_list_count=GetProgramListCount "
                + "get_program_list_info=GetProgramListInfo get_program_name=GetProgramName get_program_info=GetProgramInfo "
                + "has_program_pitch_names=HasProgramPitchNames get_program_pitch_name=GetProgramPitchName get_selected_unit=GetSelectedUnit "
                + "select_unit=SelectUnit get_unit_by_bus=GetUnitByBus set_unit_program_data=SetUnitProgramData"
        ),
        ("v3_connection_point", typeof(IConnectionPointVtbl), Base + "connect=Connect disconnect=Disconnect notify=Notify"),
        ("v3_message", typeof(IMessageVtbl), Base + "get_message_id=GetMessageId set_message_id=SetMessageId get_attributes=GetAttributes"),
        (
            "v3_attribute_list",
            typeof(IAttributeListVtbl),
            Base
                + "set_int=SetInt get_int=GetInt set_float=SetFloat get_float=GetFloat set_string=SetString get_string=GetString "
                + "set_binary=SetBinary get_binary=GetBinary"
        ),
        ("v3_host_application", typeof(IHostApplicationVtbl), Base + "get_name=GetName create_instance=CreateInstance"),
        (
            "v3_plugin_view",
            typeof(IPlugViewVtbl),
            Base
                + "is_platform_type_supported=IsPlatformTypeSupported attached=Attached removed=Removed on_wheel=OnWheel on_key_down=OnKeyDown "
                + "on_key_up=OnKeyUp get_size=GetSize on_size=OnSize on_focus=OnFocus set_frame=SetFrame can_resize=CanResize "
                + "check_size_constraint=CheckSizeConstraint"
        ),
        ("v3_plugin_frame", typeof(IPlugFrameVtbl), Base + "resize_view=ResizeView"),
        ("v3_plugin_view_content_scale", typeof(IPlugViewContentScaleSupportVtbl), Base + "set_content_scale_factor=SetContentScaleFactor"),
    ];

    private static readonly (string C, Vst3Uid Ours)[] s_ids =
    [
        ("v3_funknown_iid", Iid.FUnknown),
        ("v3_plugin_base_iid", Iid.IPluginBase),
        ("v3_plugin_factory_iid", Iid.IPluginFactory),
        ("v3_plugin_factory_2_iid", Iid.IPluginFactory2),
        ("v3_plugin_factory_3_iid", Iid.IPluginFactory3),
        ("v3_bstream_iid", Iid.IBStream),
        ("v3_component_iid", Iid.IComponent),
        ("v3_audio_processor_iid", Iid.IAudioProcessor),
        ("v3_process_context_requirements_iid", Iid.IProcessContextRequirements),
        ("v3_param_value_queue_iid", Iid.IParamValueQueue),
        ("v3_param_changes_iid", Iid.IParameterChanges),
        ("v3_event_list_iid", Iid.IEventList),
        ("v3_edit_controller_iid", Iid.IEditController),
        ("v3_component_handler_iid", Iid.IComponentHandler),
        ("v3_component_handler2_iid", Iid.IComponentHandler2),
        ("v3_midi_mapping_iid", Iid.IMidiMapping),
        ("v3_unit_information_iid", Iid.IUnitInfo),
        ("v3_connection_point_iid", Iid.IConnectionPoint),
        ("v3_message_iid", Iid.IMessage),
        ("v3_attribute_list_iid", Iid.IAttributeList),
        ("v3_host_application_iid", Iid.IHostApplication),
        ("v3_plugin_view_iid", Iid.IPlugView),
        ("v3_plugin_frame_iid", Iid.IPlugFrame),
        ("v3_plugin_view_content_scale_iid", Iid.IPlugViewContentScaleSupport),
    ];

    // Size and offsets of each field in order, computed by hand from the documents' declarations under natural 64-bit alignment.
    public static TheoryData<string, int, int[]> Documented =>
        new()
        {
            { nameof(PFactoryInfo), 452, [0, 64, 320, 448] },
            { nameof(PClassInfo), 116, [0, 16, 20, 52] },
            { nameof(PClassInfo2), 440, [0, 16, 20, 52, 116, 120, 248, 312, 376] },
            { nameof(PClassInfoW), 696, [0, 16, 20, 52, 180, 184, 312, 440, 568] },
            { nameof(BusInfoData), 276, [0, 4, 8, 12, 268, 272] },
            { nameof(RoutingInfoData), 12, [0, 4, 8] },
            { nameof(ParameterInfoData), 792, [0, 4, 260, 516, 772, 776, 784, 788] },
            { nameof(UnitInfoData), 268, [0, 4, 8, 264] },
            { nameof(ProgramListInfoData), 264, [0, 4, 260] },
            { nameof(NoteExpressionValueDescriptionData), 32, [0, 8, 16, 24] },
            { nameof(NoteExpressionTypeInfoData), 816, [0, 4, 260, 516, 772, 776, 808, 812] },
            { nameof(Vst3ProcessSetup), 24, [0, 4, 8, 16] },
            { nameof(Vst3ProcessContext), 112, [0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 84, 88, 92, 96, 104] },
            { nameof(AudioBusBuffers), 24, [0, 8, 16] },
            { nameof(ProcessDataNative), 80, [0, 4, 8, 12, 16, 24, 32, 40, 48, 56, 64, 72] },
            { nameof(Vst3NoteOnEvent), 20, [0, 2, 4, 8, 12, 16] },
            { nameof(Vst3NoteOffEvent), 16, [0, 2, 4, 8, 12] },
            { nameof(Vst3DataEvent), 16, [0, 4, 8] },
            { nameof(Vst3PolyPressureEvent), 12, [0, 2, 4, 8] },
            { nameof(Vst3NoteExpressionValueEvent), 16, [0, 4, 8] },
            { nameof(Vst3NoteExpressionTextEvent), 24, [0, 4, 8, 16] },
            { nameof(Vst3ChordEvent), 16, [0, 2, 4, 6, 8] },
            { nameof(Vst3ScaleEvent), 16, [0, 2, 4, 8] },
            { nameof(Vst3LegacyMidiCcOutEvent), 4, [0, 1, 2, 3] },
            { nameof(Vst3Event), 48, [0, 4, 8, 16, 18, 24, 24, 24, 24, 24, 24, 24, 24, 24] },
            { nameof(Vst3Rect), 16, [0, 4, 8, 12] },
        };

    [Theory]
    [MemberData(nameof(Documented))]
    public void Structs_lie_as_the_documents_say(string name, int size, int[] offsets)
    {
        Type type = typeof(Vst3Event).Assembly.GetTypes().Single(item => item.Name == name);
        Assert.Equal(size, SizeOf(type));
        FieldInfo[] fields = Fields(type);
        Assert.Equal(offsets, fields.Select(field => OffsetOf(type, field.Name)));
    }

    [Fact]
    public void Interfaces_that_the_other_description_lacks_have_the_documented_slots()
    {
        Check(typeof(ISizeableStreamVtbl), "GetStreamSize SetStreamSize");
        Check(typeof(IAudioPresentationLatencyVtbl), "SetAudioPresentationLatencySamples");
        Check(typeof(IEditController2Vtbl), "SetKnobMode OpenHelp OpenAboutBox");
        Check(typeof(IProgressVtbl), "Start Update Finish");
        Check(typeof(IMidiLearnVtbl), "OnLiveMidiControllerInput");
        Check(
            typeof(INoteExpressionControllerVtbl),
            "GetNoteExpressionCount GetNoteExpressionInfo GetNoteExpressionStringByValue GetNoteExpressionValueByString"
        );
        Check(typeof(IUnitHandlerVtbl), "NotifyUnitSelection NotifyProgramListChange");
        Check(typeof(IProgramListDataVtbl), "ProgramDataSupported GetProgramData SetProgramData");
        Check(typeof(IPlugInterfaceSupportVtbl), "IsPlugInterfaceSupported");

        static void Check(Type table, string slots) => Assert.Equal(("QueryInterface AddRef Release " + slots).Split(' '), Slots(table));
    }

    [Fact]
    public void Ids_have_the_documented_bytes_on_both_kinds_of_platform()
    {
        Span<byte> bytes = stackalloc byte[16];
        Vst3Uid.Write(0xE831FF31, 0xF2D54301, 0x928EBBEE, 0x25697802, windows: false, bytes);
        Assert.Equal("E831FF31F2D54301928EBBEE25697802", Convert.ToHexString(bytes));
        Vst3Uid.Write(0xE831FF31, 0xF2D54301, 0x928EBBEE, 0x25697802, windows: true, bytes);
        Assert.Equal(new Guid("E831FF31-F2D5-4301-928E-BBEE25697802").ToByteArray(), bytes.ToArray());
        Assert.Equal("E831FF31F2D54301928EBBEE25697802", Iid.IComponent.ToString());
        Assert.Equal(Iid.IComponent, Vst3Uid.Parse("{E831FF31-F2D5-4301-928E-BBEE25697802}"));
        Assert.False(Vst3Uid.TryParse("E831FF31", out _));
        Assert.False(Vst3Uid.TryParse(null, out _));
        Assert.False(Vst3Uid.TryParse("G831FF31F2D54301928EBBEE25697802", out _));

        // Those that the other description lacks.
        Assert.Equal("04F9549EE02F4E6E87E86A8747F4E17F", Iid.ISizeableStream.ToString());
        Assert.Equal("309ECE78EB7D4FAE8B2225D909FD08B6", Iid.IAudioPresentationLatency.ToString());
        Assert.Equal("7F4EFE59F3204967AC27A3AEAFB63038", Iid.IEditController2.ToString());
        Assert.Equal("00C9DC5B9D90425491A388C8B4E91B69", Iid.IProgress.ToString());
        Assert.Equal("6B2449CC419740B5AB3C79DAC5FE5C86", Iid.IMidiLearn.ToString());
        Assert.Equal("B7F8F85941234872911695814F3721A3", Iid.INoteExpressionController.ToString());
        Assert.Equal("4B5147F84654486B8DAB30BA163A3C56", Iid.IUnitHandler.ToString());
        Assert.Equal("8683B01F7B354F70A2651DEC353AF4FF", Iid.IProgramListData.ToString());
        Assert.Equal("4FB58B9E9EAA4E0FAB361C1CCCB56FEA", Iid.IPlugInterfaceSupport.ToString());
        Vst3Uid[] all = [.. typeof(Iid).GetFields().Select(field => (Vst3Uid)field.GetValue(null)!)];
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Fact]
    public void Everything_lies_as_a_C_compiler_lays_out_the_other_description()
    {
        Assert.SkipUnless(Directory.Exists(Travesty), $"{Travesty} is not there: apt-get install dpf-source");
        Assert.SkipUnless(OperatingSystem.IsLinux() && FindProgram("gcc"), "gcc is not installed");
        Dictionary<string, string> found = Compile();
        int compared = 0;
        foreach ((string c, Type ours, string fields) in s_structs)
        {
            Compare($"size {c}", SizeOf(ours));
            foreach ((string cField, string ourField) in Pairs(fields))
            {
                Compare($"field {c} {cField}", OffsetOf(ours, ourField));
            }
        }

        foreach ((string c, Type ours, string slots) in s_tables)
        {
            string[] names = Slots(ours);
            (string C, string Ours)[] pairs = [.. Pairs(slots)];
            Assert.Equal(pairs.Length, names.Length);
            Compare($"size {c}", names.Length * sizeof(long));
            foreach ((string cSlot, string ourSlot) in pairs)
            {
                Compare($"field {c} {cSlot}", Array.IndexOf(names, ourSlot) * sizeof(long));
            }
        }

        Span<byte> bytes = stackalloc byte[16];
        foreach ((string c, Vst3Uid ours) in s_ids)
        {
            ours.CopyTo(bytes);
            Assert.Equal(found[$"id {c}"], Convert.ToHexString(bytes));
            compared++;
        }

        Assert.Equal(found.Count, compared);
        Assert.True(compared > 250, $"only {compared} facts were compared");

        void Compare(string key, int value)
        {
            Assert.True(found.TryGetValue(key, out string? expected), key);
            Assert.True(expected == value.ToString(CultureInfo.InvariantCulture), $"{key}: C has {expected}, we have {value}");
            compared++;
        }
    }

    private static IEnumerable<(string C, string Ours)> Pairs(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => (pair.Split('=')[0], pair.Split('=')[1]));

    private static Dictionary<string, string> Compile()
    {
        var source = new StringBuilder();
        source.AppendLine("#include <stdio.h>").AppendLine("#include <stddef.h>");

        // Headers written for C++ name these without their tags.
        foreach (
            string tag in new[] { "v3_attribute_list", "v3_unit_info", "v3_program_list_info", "v3_event_handler", "v3_timer_handler" }
        )
        {
            source.AppendLine(CultureInfo.InvariantCulture, $"typedef struct {tag} {tag};");
        }

        foreach (
            string header in new[]
            {
                "base",
                "bstream",
                "audio_processor",
                "component",
                "edit_controller",
                "events",
                "factory",
                "message",
                "host",
                "unit",
                "view",
            }
        )
        {
            source.AppendLine(CultureInfo.InvariantCulture, $"#include \"{header}.h\"");
        }

        source.AppendLine(
            "static void id(const char* n, const uint8_t* b) { printf(\"id %s=\", n); for (int i = 0; i < 16; i++) printf(\"%02X\", b[i]); puts(\"\"); }"
        );
        source.AppendLine("int main(void) {");
        foreach (
            (string c, string fields) in s_structs
                .Select(item => (item.C, item.Fields))
                .Concat(s_tables.Select(item => (item.C, item.Slots)))
        )
        {
            source.AppendLine(CultureInfo.InvariantCulture, $"printf(\"size {c}=%zu\\n\", sizeof(struct {c}));");
            foreach ((string field, _) in Pairs(fields))
            {
                source.AppendLine(CultureInfo.InvariantCulture, $"printf(\"field {c} {field}=%zu\\n\", offsetof(struct {c}, {field}));");
            }
        }

        foreach ((string c, _) in s_ids)
        {
            source.AppendLine(CultureInfo.InvariantCulture, $"id(\"{c}\", {c});");
        }

        source.AppendLine("return 0; }");
        string folder = Directory.CreateTempSubdirectory("vst3-abi").FullName;
        try
        {
            string file = Path.Combine(folder, "abi.c");
            string program = Path.Combine(folder, "abi");
            File.WriteAllText(file, source.ToString());

            // The headers embed one struct in another without a name, which is an extension.
            Run("gcc", "-fms-extensions", "-w", "-I", Travesty, "-o", program, file);
            return Run(program)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .ToDictionary(line => line.Split('=')[0], line => line.Split('=')[1]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)), program + " did not end");
        Assert.True(process.ExitCode == 0, $"{program}: {errors.Result}");
        return output;
    }

    private static bool FindProgram(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, name)));

    private static FieldInfo[] Fields(Type type) =>
        [.. type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).OrderBy(field => field.MetadataToken)];

    // The names of a vtable's slots in order, with those of the interfaces that it extends first.
    private static string[] Slots(Type table) =>
        [
            .. Fields(table)
                .SelectMany(field =>
                    field.FieldType.IsValueType && field.FieldType.Name.EndsWith("Vtbl", StringComparison.Ordinal)
                        ? Slots(field.FieldType)
                        : [field.Name]
                ),
        ];

    private static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    private static int OffsetOf(Type type, string field) => (int)Marshal.OffsetOf(type, field);
}
