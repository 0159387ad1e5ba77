namespace VQWave.Player.Live;

/// <summary>The delays of live play, in seconds.</summary>
/// <param name="Ring">How far generation is kept ahead of playing.</param>
/// <param name="Decoder">How far the decoder looks ahead.</param>
/// <param name="Context">How far the context networks look ahead, all together.</param>
/// <param name="Resampler">From the model's rate to the device's.</param>
/// <param name="Device">What the system states for the device, and what the inserts say of themselves.</param>
/// <param name="Finest">From a change of the finest level's controls to the first sample that it may alter, the device left out.</param>
/// <param name="Coarsest">From a change of the coarsest level's controls to the first sample that it may alter, the device left out.</param>
internal readonly record struct LiveDelays(
    double Ring,
    double Decoder,
    double Context,
    double Resampler,
    double Device,
    double Finest,
    double Coarsest
)
{
    /// <summary>Ring, decoder, context, resampler and device in sum.</summary>
    public double Total => Ring + Decoder + Context + Resampler + Device;
}
