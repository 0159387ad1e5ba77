using System.Runtime.InteropServices;
using VQWave.Models;
using VQWave.Torch;

namespace VQWave.Training.Benchmarks;

/// <summary>The training steps of <c>training/native/bench/steps.cpp</c>.</summary>
internal static unsafe class NativeSteps
{
    private const string FileName = "libvqwave_torch_bench.so";
    private static readonly Lazy<nint> Library = new(Load);

    /// <summary>A convolution as the native side describes it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Layer
    {
        public long Stride;
        public long Dilation;
        public long Left;
        public long Right;
        public int Transposed;
        public int Activation;
    }

    /// <summary>Parameters, Adam's moments for them and its settings.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Learning
    {
        public nint* Parameters;
        public nint* FirstMoments;
        public nint* SecondMoments;
        public long Count;
        public long Step;
        public double Rate;
        public double Clip;
    }

    public static Layer[] Layers(ConvolutionNetwork network)
    {
        if (network.Padding.Mode == PaddingMode.Lookahead)
        {
            throw new VQWaveException("bench-binding knows no networks with lookahead; use another --preset.");
        }

        return
        [
            .. network.Layers.Select(layer =>
            {
                var (left, right) = layer.Pad(network.Padding);
                return new Layer
                {
                    Stride = layer.Stride,
                    Dilation = layer.Dilation,
                    Left = left,
                    Right = right,
                    Transposed = layer.Transposed ? 1 : 0,
                    Activation = layer.Activation switch
                    {
                        Activation.Elu => 0,
                        Activation.Tanh => 1,
                        _ => 2,
                    },
                };
            }),
        ];
    }

    public static nint[] Handles(IEnumerable<Tensor> tensors) => [.. tensors.Select(t => t.Handle)];

    public static double Vqvae(
        Layer[] encoder,
        Layer[] decoder,
        nint[] weights,
        (Tensor Codebook, Tensor Count, Tensor Sum) quantizer,
        nint[] windows,
        Tensor audio,
        double variance,
        ref Learning learning
    )
    {
        var step = (delegate* unmanaged[Cdecl]<
            Layer*,
            long,
            Layer*,
            long,
            nint*,
            nint,
            nint,
            nint,
            nint*,
            long,
            nint,
            double,
            Learning*,
            long*,
            double*,
            int>)
            NativeLibrary.GetExport(Library.Value, "vqb_vqvae_step");
        long used;
        double loss;
        fixed (Layer* e = encoder)
        fixed (Layer* d = decoder)
        fixed (nint* w = weights)
        fixed (nint* s = windows)
        fixed (Learning* l = &learning)
        {
            Tensor.Check(
                step(
                    e,
                    encoder.Length,
                    d,
                    decoder.Length,
                    w,
                    quantizer.Codebook.Handle,
                    quantizer.Count.Handle,
                    quantizer.Sum.Handle,
                    s,
                    windows.Length,
                    audio.Handle,
                    variance,
                    l,
                    &used,
                    &loss
                )
            );
        }

        return loss;
    }

    public static double Generator(nint[] weights, int lstmWeights, Tensor codes, Tensor h, Tensor c, ref Learning learning)
    {
        var step = (delegate* unmanaged[Cdecl]<nint*, long, nint, nint, nint, Learning*, double*, int>)
            NativeLibrary.GetExport(Library.Value, "vqb_generator_step");
        double loss;
        fixed (nint* w = weights)
        fixed (Learning* l = &learning)
        {
            Tensor.Check(step(w, lstmWeights, codes.Handle, h.Handle, c.Handle, l, &loss));
        }

        return loss;
    }

    private static nint Load()
    {
        // libtorch and the library that this one calls are loaded first, with the BLAS that they are to have.
        _ = torch.version;
        var path = Path.Combine(AppContext.BaseDirectory, FileName);
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new VQWaveException($"{path} does not load ({e.Message.Trim()}); run 'make build-training'.", e);
        }
    }
}
