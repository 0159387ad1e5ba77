namespace VQWave.Models;

/// <summary>One of the graphs of a level.</summary>
public enum ModelStage
{
    /// <summary>Audio to latents.</summary>
    Encoder,

    /// <summary>Latents to codes.</summary>
    Codebook,

    /// <summary>Codes to audio.</summary>
    Decoder,

    /// <summary>Codes of the next coarser level to what a generator's steps take beside their own code.</summary>
    Context,

    /// <summary>One step of the autoregressive generator.</summary>
    Generator,
}
