using System.Text.Json.Nodes;

namespace VQWave.Training.Ablation;

/// <summary>Ways of training one network that <see cref="AblationRun"/> compares.</summary>
internal interface IAblation
{
    /// <summary>Name of the files that keep the table, without an extension.</summary>
    string FileName { get; }

    /// <summary>Name of the network, such as <c>vqvae_8</c>.</summary>
    string Network { get; }

    /// <summary>The ways in the order of the table: the name that is also the folder's, and what it is.</summary>
    IReadOnlyList<(string Name, string Title)> Ways { get; }

    /// <summary>Trains one way to the end and measures it on held-out music.</summary>
    /// <param name="way">Index of the way.</param>
    /// <param name="folder">Where it trains.</param>
    /// <param name="resume">Whether a checkpoint there is gone on from.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The figures; null when interrupted.</returns>
    /// <exception cref="VQWaveException">Options or data are not usable.</exception>
    JsonObject? Measure(int way, string folder, bool resume, CancellationToken cancellation);

    /// <summary>Adds to the figures what only all rows together tell.</summary>
    void Compare(JsonArray rows);

    /// <summary>Writes the figures as a table.</summary>
    void Write(JsonArray rows, TextWriter writer);
}
