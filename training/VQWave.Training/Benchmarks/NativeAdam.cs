using VQWave.Torch;
using VQWave.Torch.Modules;

namespace VQWave.Training.Benchmarks;

/// <summary>The C++ side's parameters with moments of zeros, as Adam begins.</summary>
internal sealed unsafe class NativeAdam : IDisposable
{
    private readonly Tensor[] _moments;
    private readonly nint[] _parameters;
    private readonly nint[] _first;
    private readonly nint[] _second;

    public NativeAdam(IEnumerable<Parameter> parameters)
    {
        var all = parameters.ToArray();
        _parameters = NativeSteps.Handles(all);
        _moments = [.. all.Concat(all).Select(p => p.zeros_like().DetachFromDisposeScope())];
        _first = NativeSteps.Handles(_moments.Take(all.Length));
        _second = NativeSteps.Handles(_moments.Skip(all.Length));
    }

    /// <summary>Runs a step with the settings it needs; the arrays stay in their places meanwhile.</summary>
    public double Step(int number, double rate, double clip, StepWith step)
    {
        fixed (nint* parameters = _parameters)
        fixed (nint* first = _first)
        fixed (nint* second = _second)
        {
            var learning = new NativeSteps.Learning
            {
                Parameters = parameters,
                FirstMoments = first,
                SecondMoments = second,
                Count = _parameters.Length,
                Step = number,
                Rate = rate,
                Clip = clip,
            };
            return step(ref learning);
        }
    }

    public void Dispose() => Array.ForEach(_moments, m => m.Dispose());

    /// <summary>A step under these settings; gives the loss.</summary>
    internal delegate double StepWith(ref NativeSteps.Learning learning);
}
