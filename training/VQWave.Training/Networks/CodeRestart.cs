namespace VQWave.Training.Networks;

/// <summary>What takes the place of a code that hardly anything chooses.</summary>
public enum CodeRestart
{
    /// <summary>A latent drawn from the whole batch.</summary>
    Latents,

    /// <summary>
    /// One half of a code that is chosen most: that code is split in two along a random direction (Linde, Buzo, Gray, 1980). Where latents have many dimensions a
    /// latent is further from its neighbours than their common code is, so that a code put on a latent finds few others; a half finds half of them.
    /// </summary>
    Split,
}
