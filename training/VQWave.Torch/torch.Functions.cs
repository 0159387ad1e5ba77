namespace VQWave.Torch;

public static partial class torch
{
    /// <summary>The greater of each pair.</summary>
    public static Tensor maximum(Tensor input, Tensor other) => input.maximum(other);

    /// <summary>The lesser of each pair.</summary>
    public static Tensor minimum(Tensor input, Tensor other) => input.minimum(other);

    /// <summary>Matrix products over the last two dimensions.</summary>
    public static Tensor matmul(Tensor input, Tensor other) => input.matmul(other);

    /// <summary>The product of two matrices.</summary>
    public static Tensor mm(Tensor input, Tensor other) => input.mm(other);

    /// <summary>Products of two batches of matrices.</summary>
    public static Tensor bmm(Tensor input, Tensor other) => input.bmm(other);

    /// <summary>Absolute values; magnitudes of complex elements.</summary>
    public static Tensor abs(Tensor input) => input.abs();

    /// <summary>Powers of e.</summary>
    public static Tensor exp(Tensor input) => input.exp();

    /// <summary>Natural logarithms.</summary>
    public static Tensor log(Tensor input) => input.log();

    /// <summary>Natural logarithms of one plus each element.</summary>
    public static Tensor log1p(Tensor input) => input.log1p();

    /// <summary>Square roots.</summary>
    public static Tensor sqrt(Tensor input) => input.sqrt();

    /// <summary>Squares.</summary>
    public static Tensor square(Tensor input) => input.square();

    /// <summary>Hyperbolic tangents.</summary>
    public static Tensor tanh(Tensor input) => input.tanh();

    /// <summary>Logistic function.</summary>
    public static Tensor sigmoid(Tensor input) => input.sigmoid();

    /// <summary>Negative elements become zero.</summary>
    public static Tensor relu(Tensor input) => input.relu();

    /// <summary>Where elements are neither infinite nor NaN: Booleans.</summary>
    public static Tensor isfinite(Tensor input) => input.isfinite();

    /// <summary>Zeros of a tensor's sizes and kind.</summary>
    public static Tensor zeros_like(Tensor input) => input.zeros_like();

    /// <summary>Ones of a tensor's sizes and kind.</summary>
    public static Tensor ones_like(Tensor input) => input.ones_like();

    /// <summary>Unset memory of a tensor's sizes and kind.</summary>
    public static Tensor empty_like(Tensor input) => input.empty_like();

    /// <summary>Uniform numbers in [0, 1) of a tensor's sizes and kind.</summary>
    public static Tensor rand_like(Tensor input) => input.rand_like();

    /// <summary>Standard normal numbers of a tensor's sizes and kind.</summary>
    public static Tensor randn_like(Tensor input) => input.randn_like();

    /// <summary>Complex elements as pairs in a last dimension of 2, a view.</summary>
    public static Tensor view_as_real(Tensor input) => input.view_as_real();

    /// <summary>Tensors one after another along a dimension.</summary>
    /// <exception cref="TorchException">The sizes of the other dimensions differ.</exception>
    public static Tensor cat(IReadOnlyList<Tensor> tensors, long dim = 0)
    {
        Tensor result = Tensor.Made(Native.vqt_cat(Handles(tensors), tensors.Count, dim), First(tensors, 0), First(tensors, 1));
        GC.KeepAlive(tensors);
        return result;
    }

    /// <summary>Tensors of one size side by side in a new dimension.</summary>
    /// <exception cref="TorchException">The sizes differ.</exception>
    public static Tensor stack(IReadOnlyList<Tensor> tensors, long dim = 0)
    {
        Tensor result = Tensor.Made(Native.vqt_stack(Handles(tensors), tensors.Count, dim), First(tensors, 0), First(tensors, 1));
        GC.KeepAlive(tensors);
        return result;
    }

    /// <summary>Sums of products by Einstein's notation, such as <c>bij,bjk->bik</c>.</summary>
    /// <exception cref="TorchException">The equation does not fit the tensors.</exception>
    public static Tensor einsum(string equation, params Tensor[] tensors)
    {
        Tensor result = Tensor.Made(Native.vqt_einsum(equation, Handles(tensors), tensors.Length), First(tensors, 0), First(tensors, 1));
        GC.KeepAlive(tensors);
        return result;
    }

    /// <summary>Elements of the first tensor where the condition is true, of the second elsewhere.</summary>
    /// <exception cref="TorchException">The sizes do not fit.</exception>
    public static Tensor where(Tensor condition, Tensor input, Tensor other) =>
        Tensor.Made(Native.vqt_where(condition.Handle, input.Handle, other.Handle), condition, input, other);

    /// <summary>Elements bounded from below, above or both.</summary>
    public static Tensor clamp(Tensor input, Scalar? min = null, Scalar? max = null) => input.clamp(min, max);

    /// <summary>Draws indices with these weights: (samples), or (rows, samples) for a matrix.</summary>
    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false) =>
        input.multinomial(num_samples, replacement);

    /// <summary>Logarithms of sums of exponentials along a dimension.</summary>
    public static Tensor logsumexp(Tensor input, long dim, bool keepdim = false) => input.logsumexp(dim, keepdim);

    /// <summary>Exponentials that sum to one along a dimension.</summary>
    public static Tensor softmax(Tensor input, long dim) => input.softmax(dim);

    /// <summary>beta times a bias plus alpha times the product of two matrices.</summary>
    /// <exception cref="TorchException">The sizes do not fit.</exception>
    public static Tensor addmm(Tensor input, Tensor mat1, Tensor mat2, Scalar? beta = null, Scalar? alpha = null) =>
        Tensor.Made(Native.vqt_addmm(input.Handle, mat1.Handle, mat2.Handle, beta ?? 1, alpha ?? 1), input, mat1, mat2);

    /// <summary>Euclidean distances between the rows of two matrices: (rows of the first, rows of the second).</summary>
    /// <exception cref="TorchException">The rows differ in length.</exception>
    public static Tensor cdist(Tensor x1, Tensor x2) => Tensor.Made(Native.vqt_cdist(x1.Handle, x2.Handle), x1, x2);

    /// <summary>
    /// Short-time Fourier transform of (samples) or (batch, samples): (batch, frequencies, frames), complex, or with a last
    /// dimension of 2 where <paramref name="return_complex"/> is false. Centred frames see the signal reflected at its ends.
    /// </summary>
    /// <exception cref="TorchException">The sizes do not fit, or a centred signal is shorter than half a frame.</exception>
    public static Tensor stft(
        Tensor input,
        long n_fft,
        long hop_length = -1,
        long win_length = -1,
        Tensor? window = null,
        bool center = true,
        bool normalized = false,
        bool onesided = true,
        bool return_complex = true
    ) =>
        Tensor.Made(
            Native.vqt_stft(
                input.Handle,
                n_fft,
                hop_length < 0 ? n_fft / 4 : hop_length,
                win_length < 0 ? n_fft : win_length,
                Tensor.HandleOrNull(window),
                center,
                normalized,
                onesided,
                return_complex
            ),
            input,
            window
        );

    /// <summary>The signal, (batch, samples), of a complex spectrogram (batch, frequencies, frames).</summary>
    /// <exception cref="TorchException">The sizes do not fit, or the windows leave gaps.</exception>
    public static Tensor istft(
        Tensor input,
        long n_fft,
        long hop_length = -1,
        long win_length = -1,
        Tensor? window = null,
        bool center = true,
        bool normalized = false,
        bool onesided = true,
        long length = -1
    ) =>
        Tensor.Made(
            Native.vqt_istft(
                input.Handle,
                n_fft,
                hop_length < 0 ? n_fft / 4 : hop_length,
                win_length < 0 ? n_fft : win_length,
                Tensor.HandleOrNull(window),
                center,
                normalized,
                onesided,
                length
            ),
            input,
            window
        );

    /// <summary>
    /// Layers of long short-term memory over a sequence, gates in the order input, forget, cell, output; per layer (and
    /// direction) the weights are weight_ih, weight_hh and, with biases, bias_ih, bias_hh.
    /// </summary>
    /// <returns>The last layer's output, (batch, time, units) with batch_first, and the final states (layers, batch, units).</returns>
    /// <exception cref="TorchException">The sizes do not fit.</exception>
    public static (Tensor output, Tensor h, Tensor c) lstm(
        Tensor input,
        Tensor h0,
        Tensor c0,
        IReadOnlyList<Tensor> weights,
        bool has_biases = true,
        long num_layers = 1,
        double dropout = 0,
        bool train = false,
        bool bidirectional = false,
        bool batch_first = true
    )
    {
        Span<nint> results = stackalloc nint[3];
        int status = Native.vqt_lstm(
            input.Handle,
            h0.Handle,
            c0.Handle,
            Handles(weights),
            weights.Count,
            has_biases,
            num_layers,
            dropout,
            train,
            bidirectional,
            batch_first,
            results
        );
        Tensor.Check(status, input, h0, c0);
        GC.KeepAlive(weights);
        return (new Tensor(results[0]), new Tensor(results[1]), new Tensor(results[2]));
    }

    /// <summary>The factors Q and R of a matrix: Q has orthonormal columns, R is upper triangular.</summary>
    public static (Tensor q, Tensor r) linalg_qr(Tensor input)
    {
        Span<nint> results = stackalloc nint[2];
        Tensor.Check(Native.vqt_qr(input.Handle, results), input);
        return (new Tensor(results[0]), new Tensor(results[1]));
    }

    internal static nint[] Handles(IReadOnlyList<Tensor> tensors)
    {
        nint[] handles = new nint[tensors.Count];
        for (int i = 0; i < handles.Length; i++)
        {
            handles[i] = tensors[i].Handle;
        }

        return handles;
    }

    private static Tensor? First(IReadOnlyList<Tensor> tensors, int place) => place < tensors.Count ? tensors[place] : null;
}
