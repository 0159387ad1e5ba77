using VQWave.Torch.Modules;

namespace VQWave.Torch;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Helpers for training.</summary>
        public static class utils
        {
            /// <summary>Scales all gradients so that their Euclidean norm together is at most a bound.</summary>
            /// <returns>The norm before.</returns>
            /// <exception cref="TorchException">Gradients are of kinds or on devices that do not go together.</exception>
            public static double clip_grad_norm_(IEnumerable<Parameter> parameters, double max_norm)
            {
                Parameter[] all = parameters as Parameter[] ?? [.. parameters];
                Tensor.Check(Native.vqt_clip_grad_norm(Handles(all), all.Length, max_norm, out double norm));
                GC.KeepAlive(all);
                return norm;
            }
        }
    }
}
