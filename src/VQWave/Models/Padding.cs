using System.Globalization;

namespace VQWave.Models;

/// <summary>Padding of one network: <c>same</c>, <c>causal</c>, or a lookahead of a number of codes.</summary>
/// <param name="Mode">The kind of padding.</param>
/// <param name="Codes">
/// Lookahead in codes, for <see cref="PaddingMode.Lookahead"/>: codes of the input level for a context network, of its own level
/// for an encoder or decoder. 0 otherwise.
/// </param>
public readonly record struct Padding(PaddingMode Mode, int Codes)
{
    /// <summary>Keras' 'same'.</summary>
    public static Padding Same => new(PaddingMode.Same, 0);

    /// <summary>No look ahead.</summary>
    public static Padding Causal => new(PaddingMode.Causal, 0);

    /// <summary>A lookahead of <paramref name="codes"/> codes; 0 is causal.</summary>
    public static Padding Lookahead(int codes) =>
        codes switch
        {
            < 0 => throw new ArgumentOutOfRangeException(nameof(codes), codes, "A lookahead is 0 codes or more."),
            0 => Causal,
            _ => new Padding(PaddingMode.Lookahead, codes),
        };

    /// <summary>Whether the padding is causal, possibly on a signal moved ahead.</summary>
    public bool IsCausal => Mode != PaddingMode.Same;

    /// <inheritdoc/>
    public override string ToString() =>
        Mode switch
        {
            PaddingMode.Same => "same",
            PaddingMode.Causal => "causal",
            _ => Codes.ToString(CultureInfo.InvariantCulture),
        };
}
