using System.Runtime.InteropServices;

namespace VQWave.Torch;

/// <content>Layers, losses and optimisers: <c>nn.cpp</c> and <c>optim.cpp</c>.</content>
internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial nint vqt_conv1d(nint input, nint weight, nint bias, long stride, long padding, long dilation, long groups);

    [LibraryImport(Library)]
    internal static partial nint vqt_conv_transpose1d(
        nint input,
        nint weight,
        nint bias,
        long stride,
        long padding,
        long outputPadding,
        long groups,
        long dilation
    );

    [LibraryImport(Library)]
    internal static partial nint vqt_pad(nint input, ReadOnlySpan<long> pad, long n, int mode, Scalar value);

    [LibraryImport(Library)]
    internal static partial nint vqt_avg_pool1d(
        nint input,
        long kernel,
        long stride,
        long padding,
        [MarshalAs(UnmanagedType.U1)] bool ceilMode,
        [MarshalAs(UnmanagedType.U1)] bool countIncludePad
    );

    [LibraryImport(Library)]
    internal static partial nint vqt_linear(nint input, nint weight, nint bias);

    [LibraryImport(Library)]
    internal static partial nint vqt_embedding(nint weight, nint indices);

    [LibraryImport(Library)]
    internal static partial nint vqt_one_hot(nint indices, long classes);

    [LibraryImport(Library)]
    internal static partial nint vqt_dropout(nint input, double p, [MarshalAs(UnmanagedType.U1)] bool train);

    [LibraryImport(Library)]
    internal static partial nint vqt_layer_norm(nint input, ReadOnlySpan<long> shape, long n, nint weight, nint bias, double eps);

    [LibraryImport(Library)]
    internal static partial nint vqt_cross_entropy(
        nint logits,
        nint targets,
        nint weight,
        int reduction,
        long ignoreIndex,
        double labelSmoothing
    );

    [LibraryImport(Library)]
    internal static partial nint vqt_mse_loss(nint input, nint target, int reduction);

    [LibraryImport(Library)]
    internal static partial nint vqt_l1_loss(nint input, nint target, int reduction);

    [LibraryImport(Library)]
    internal static partial int vqt_lstm(
        nint input,
        nint h0,
        nint c0,
        ReadOnlySpan<nint> weights,
        long n,
        [MarshalAs(UnmanagedType.U1)] bool hasBiases,
        long numLayers,
        double dropout,
        [MarshalAs(UnmanagedType.U1)] bool train,
        [MarshalAs(UnmanagedType.U1)] bool bidirectional,
        [MarshalAs(UnmanagedType.U1)] bool batchFirst,
        Span<nint> results
    );

    [LibraryImport(Library)]
    internal static partial nint vqt_stft(
        nint input,
        long nFft,
        long hop,
        long win,
        nint window,
        [MarshalAs(UnmanagedType.U1)] bool center,
        [MarshalAs(UnmanagedType.U1)] bool normalized,
        [MarshalAs(UnmanagedType.U1)] bool onesided,
        [MarshalAs(UnmanagedType.U1)] bool returnComplex
    );

    [LibraryImport(Library)]
    internal static partial nint vqt_istft(
        nint input,
        long nFft,
        long hop,
        long win,
        nint window,
        [MarshalAs(UnmanagedType.U1)] bool center,
        [MarshalAs(UnmanagedType.U1)] bool normalized,
        [MarshalAs(UnmanagedType.U1)] bool onesided,
        long length
    );

    [LibraryImport(Library)]
    internal static partial nint vqt_rfft(nint input, long n, long dim);

    [LibraryImport(Library)]
    internal static partial nint vqt_irfft(nint input, long n, long dim);

    [LibraryImport(Library)]
    internal static partial int vqt_adam_step(
        ReadOnlySpan<nint> parameters,
        ReadOnlySpan<nint> expAvg,
        ReadOnlySpan<nint> expAvgSq,
        long n,
        long step,
        double lr,
        double beta1,
        double beta2,
        double eps,
        double weightDecay,
        [MarshalAs(UnmanagedType.U1)] bool decoupled
    );

    [LibraryImport(Library)]
    internal static partial int vqt_sgd_step(
        ReadOnlySpan<nint> parameters,
        ReadOnlySpan<nint> buffers,
        long n,
        [MarshalAs(UnmanagedType.U1)] bool first,
        double lr,
        double momentum,
        double weightDecay,
        [MarshalAs(UnmanagedType.U1)] bool nesterov
    );

    [LibraryImport(Library)]
    internal static partial int vqt_clip_grad_norm(ReadOnlySpan<nint> parameters, long n, double maxNorm, out double norm);
}
