using VQWave.Vst3.Interop;

namespace VQWave.Vst3;

/// <summary>The channels of an audio bus in one block. Real-time safe; valid during the process call only.</summary>
public readonly unsafe ref struct Vst3AudioBus
{
    private readonly AudioBusBuffers* _bus;
    private readonly int _frames;
    private readonly bool _is64Bit;

    internal Vst3AudioBus(AudioBusBuffers* bus, int frames, bool is64Bit)
    {
        _bus = bus;
        _frames = frames;
        _is64Bit = is64Bit;
    }

    /// <summary>Channels; 0 when the host passed no buffers.</summary>
    public int ChannelCount => _bus is null || _bus->Channels is null ? 0 : Math.Max(0, _bus->ChannelCount);

    /// <summary>Bit n: channel n holds silence. Ignored when the bus is empty.</summary>
    public ulong SilenceFlags
    {
        get => _bus is null ? 0 : _bus->SilenceFlags;
        set
        {
            if (_bus is not null)
            {
                _bus->SilenceFlags = value;
            }
        }
    }

    /// <summary>The 32-bit samples of a channel; empty when there are none or the block is 64-bit.</summary>
    public Span<float> Channel32(int channel) =>
        _is64Bit || Address(channel) is 0 ? default : new Span<float>((void*)Address(channel), _frames);

    /// <summary>The 64-bit samples of a channel; empty when there are none or the block is 32-bit.</summary>
    public Span<double> Channel64(int channel) =>
        !_is64Bit || Address(channel) is 0 ? default : new Span<double>((void*)Address(channel), _frames);

    /// <summary>The address of a channel's samples, 0 when there are none: for in-place comparison and vector code.</summary>
    public nint Address(int channel) => (uint)channel < (uint)ChannelCount ? (nint)_bus->Channels[channel] : 0;

    /// <summary>Writes silence to all channels and sets their flags.</summary>
    public void Clear()
    {
        int channels = ChannelCount;
        for (int i = 0; i < channels; i++)
        {
            if (_is64Bit)
            {
                Channel64(i).Clear();
            }
            else
            {
                Channel32(i).Clear();
            }
        }

        SilenceFlags = channels >= 64 ? ulong.MaxValue : (1UL << channels) - 1;
    }
}
