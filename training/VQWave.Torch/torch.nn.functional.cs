namespace VQWave.Torch;

public static partial class torch
{
    /// <summary>Neural networks.</summary>
    public static partial class nn
    {
        /// <summary>Layers and losses as functions.</summary>
        public static class functional
        {
            /// <summary>Convolution of (batch, in, time) with (out, in / groups, kernel).</summary>
            /// <exception cref="TorchException">The sizes do not fit.</exception>
            public static Tensor conv1d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long stride = 1,
                long padding = 0,
                long dilation = 1,
                long groups = 1
            ) =>
                Tensor.Made(
                    Native.vqt_conv1d(input.Handle, weight.Handle, Tensor.HandleOrNull(bias), stride, padding, dilation, groups),
                    input,
                    weight,
                    bias
                );

            /// <summary>Transposed convolution of (batch, in, time) with (in, out / groups, kernel).</summary>
            /// <exception cref="TorchException">The sizes do not fit.</exception>
            public static Tensor conv_transpose1d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long stride = 1,
                long padding = 0,
                long output_padding = 0,
                long groups = 1,
                long dilation = 1
            ) =>
                Tensor.Made(
                    Native.vqt_conv_transpose1d(
                        input.Handle,
                        weight.Handle,
                        Tensor.HandleOrNull(bias),
                        stride,
                        padding,
                        output_padding,
                        groups,
                        dilation
                    ),
                    input,
                    weight,
                    bias
                );

            /// <summary>Adds to the ends of the last dimensions: left and right of the last, of the one before it, and so on.</summary>
            /// <exception cref="TorchException">The sizes do not fit.</exception>
            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, double value = 0) =>
                Tensor.Made(Native.vqt_pad(input.Handle, pad, pad.Length, (int)PaddingModes.Constant, value), input);

            /// <summary>Adds to the ends of the last dimensions what the mode says.</summary>
            /// <exception cref="TorchException">The sizes do not fit.</exception>
            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode, double value = 0) =>
                Tensor.Made(Native.vqt_pad(input.Handle, pad, pad.Length, (int)mode, value), input);

            /// <summary>Means of windows of the last dimension.</summary>
            /// <exception cref="TorchException">The sizes do not fit.</exception>
            public static Tensor avg_pool1d(
                Tensor input,
                long kernel_size,
                long stride = -1,
                long padding = 0,
                bool ceil_mode = false,
                bool count_include_pad = true
            ) =>
                Tensor.Made(
                    Native.vqt_avg_pool1d(
                        input.Handle,
                        kernel_size,
                        stride < 0 ? kernel_size : stride,
                        padding,
                        ceil_mode,
                        count_include_pad
                    ),
                    input
                );

            /// <summary>(…, in) times the transpose of (out, in), plus (out).</summary>
            /// <exception cref="TorchException">The sizes do not fit.</exception>
            public static Tensor linear(Tensor input, Tensor weight, Tensor? bias = null) =>
                Tensor.Made(Native.vqt_linear(input.Handle, weight.Handle, Tensor.HandleOrNull(bias)), input, weight, bias);

            /// <summary>Rows of (rows, width) by their numbers (…): (…, width).</summary>
            /// <exception cref="TorchException">There is no such row.</exception>
            public static Tensor embedding(Tensor input, Tensor weight) =>
                Tensor.Made(Native.vqt_embedding(weight.Handle, input.Handle), input, weight);

            /// <summary>(…) integers as (…, classes) zeros and ones.</summary>
            /// <exception cref="TorchException">An integer is out of range.</exception>
            public static Tensor one_hot(Tensor input, long num_classes = -1) =>
                Tensor.Made(Native.vqt_one_hot(input.Handle, num_classes), input);

            /// <summary>Exponential linear unit.</summary>
            public static Tensor elu(Tensor input, double alpha = 1) => input.elu(alpha);

            /// <summary>Negative elements become zero.</summary>
            public static Tensor relu(Tensor input) => input.relu();

            /// <summary>Exponentials that sum to one along a dimension.</summary>
            public static Tensor softmax(Tensor input, long dim) => input.softmax(dim);

            /// <summary>Logarithms of the softmax.</summary>
            public static Tensor log_softmax(Tensor input, long dim) => input.log_softmax(dim);

            /// <summary>In training, zeroes elements with probability p and scales the others by 1 / (1 − p).</summary>
            /// <exception cref="TorchException">p is no probability.</exception>
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true) =>
                Tensor.Made(Native.vqt_dropout(input.Handle, p, training), input);

            /// <summary>Zero mean and unit variance over the last dimensions, then a scale and a shift.</summary>
            /// <exception cref="TorchException">The sizes do not fit.</exception>
            public static Tensor layer_norm(
                Tensor input,
                ReadOnlySpan<long> normalized_shape,
                Tensor? weight = null,
                Tensor? bias = null,
                double eps = 1e-5
            ) =>
                Tensor.Made(
                    Native.vqt_layer_norm(
                        input.Handle,
                        normalized_shape,
                        normalized_shape.Length,
                        Tensor.HandleOrNull(weight),
                        Tensor.HandleOrNull(bias),
                        eps
                    ),
                    input,
                    weight,
                    bias
                );

            /// <summary>
            /// Negative log-likelihood, in nats, of classes (rows) under logits (rows, classes), or of (rows, time) under
            /// (rows, classes, time).
            /// </summary>
            /// <exception cref="TorchException">The sizes do not fit, or a class is out of range.</exception>
            public static Tensor cross_entropy(
                Tensor input,
                Tensor target,
                double label_smoothing = 0,
                Reduction reduction = Reduction.Mean,
                Tensor? weight = null,
                long ignore_index = -100
            ) =>
                Tensor.Made(
                    Native.vqt_cross_entropy(
                        input.Handle,
                        target.Handle,
                        Tensor.HandleOrNull(weight),
                        (int)reduction,
                        ignore_index,
                        label_smoothing
                    ),
                    input,
                    target,
                    weight
                );

            /// <summary>Squared differences.</summary>
            /// <exception cref="TorchException">The sizes do not fit.</exception>
            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Tensor.Made(Native.vqt_mse_loss(input.Handle, target.Handle, (int)reduction), input, target);

            /// <summary>Absolute differences.</summary>
            /// <exception cref="TorchException">The sizes do not fit.</exception>
            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Tensor.Made(Native.vqt_l1_loss(input.Handle, target.Handle, (int)reduction), input, target);
        }
    }
}
