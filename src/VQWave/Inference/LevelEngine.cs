namespace VQWave.Inference;

/// <summary>What steps a level's generator.</summary>
/// <param name="Name">What executes it, see <see cref="GeneratorStepper.EngineName"/>.</param>
/// <param name="Precision">In how many bits it reads the weights.</param>
public sealed record LevelEngine(string Name, InferencePrecision Precision)
{
    /// <summary>Both for people, such as <c>kernels-avx2 int8</c>; made once, so that a view may show it again and again.</summary>
    public string Text { get; } = $"{Name} {Precision.ToName()}";
}
