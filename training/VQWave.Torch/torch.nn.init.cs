using VQWave.Torch.Modules;

namespace VQWave.Torch;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Initial values; each writes into its tensor, unrecorded, and returns it.</summary>
        public static class init
        {
            /// <summary>Normal numbers.</summary>
            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1)
            {
                using IDisposable noGrad = no_grad();
                return tensor.normal_(mean, std);
            }

            /// <summary>Uniform numbers.</summary>
            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1)
            {
                using IDisposable noGrad = no_grad();
                return tensor.uniform_(low, high);
            }

            /// <summary>Zeros.</summary>
            public static Tensor zeros_(Tensor tensor)
            {
                using IDisposable noGrad = no_grad();
                return tensor.zero_();
            }

            /// <summary>Ones.</summary>
            public static Tensor ones_(Tensor tensor) => constant_(tensor, 1);

            /// <summary>One value.</summary>
            public static Tensor constant_(Tensor tensor, double value)
            {
                using IDisposable noGrad = no_grad();
                return tensor.fill_(value);
            }

            /// <summary>Uniform within ±gain √(6 / (fan-in + fan-out)) (Glorot and Bengio 2010).</summary>
            /// <exception cref="TorchException">The tensor has fewer than two dimensions.</exception>
            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1)
            {
                (long fanIn, long fanOut) = Fans(tensor);
                double bound = gain * Math.Sqrt(6.0 / (fanIn + fanOut));
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>Normal of deviation gain √(2 / (fan-in + fan-out)) (Glorot and Bengio 2010).</summary>
            /// <exception cref="TorchException">The tensor has fewer than two dimensions.</exception>
            public static Tensor xavier_normal_(Tensor tensor, double gain = 1)
            {
                (long fanIn, long fanOut) = Fans(tensor);
                return normal_(tensor, 0, gain * Math.Sqrt(2.0 / (fanIn + fanOut)));
            }

            /// <summary>Uniform within ±√(6 / ((1 + a²) fan-in)) (He et al. 2015, leaky rectifier of slope a).</summary>
            /// <exception cref="TorchException">The tensor has fewer than two dimensions.</exception>
            public static Tensor kaiming_uniform_(Tensor tensor, double a = 0)
            {
                double bound = Math.Sqrt(6.0 / ((1 + (a * a)) * Fans(tensor).fanIn));
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>
            /// Orthonormal rows or columns, whichever are fewer, of the tensor seen as (first size, all others), times a gain
            /// (Saxe et al. 2013).
            /// </summary>
            /// <exception cref="TorchException">The tensor has fewer than two dimensions.</exception>
            public static Tensor orthogonal_(Tensor tensor, double gain = 1)
            {
                _ = Fans(tensor);
                using IDisposable noGrad = no_grad();
                using DisposeScope scope = NewDisposeScope();
                long rows = tensor.size(0);
                long columns = tensor.numel / rows;
                Tensor flat = randn([Math.Max(rows, columns), Math.Min(rows, columns)]);
                (Tensor q, Tensor r) = linalg_qr(flat);

                // The signs make the distribution uniform (Mezzadri 2007).
                Tensor signs = r.mul(eye(r.size(0))).sum(0).sign();
                q = q.mul(signs);
                if (rows < columns)
                {
                    q = q.t();
                }

                return tensor.copy_(q.mul(gain).reshape(tensor.shape));
            }

            internal static Parameter UniformParameter(double bound, params ReadOnlySpan<long> size)
            {
                using Tensor data = empty(size, ScalarType.Float32);
                return new Parameter(data.uniform_(-bound, bound));
            }

            private static (long fanIn, long fanOut) Fans(Tensor tensor)
            {
                if (tensor.ndim < 2)
                {
                    throw new TorchException($"init: {Tensor.Describe(tensor)} needs two dimensions to have a fan-in.");
                }

                long field = tensor.numel / (tensor.size(0) * tensor.size(1));
                return (tensor.size(1) * field, tensor.size(0) * field);
            }
        }
    }

    /// <summary>The unit matrix.</summary>
    public static Tensor eye(long n, ScalarType dtype = ScalarType.Float32, Device device = default)
    {
        using Tensor index = arange(n, device: device);
        using Tensor column = index.unsqueeze(1);
        using Tensor same = index.eq(column);
        return same.to(dtype);
    }
}
