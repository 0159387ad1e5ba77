namespace VQWave.Torch;

public partial class Tensor
{
    /// <summary>The sum of all elements.</summary>
    public Tensor sum() => Made(Native.vqt_sum(Handle), this);

    /// <summary>The sums along a dimension.</summary>
    public Tensor sum(long dim, bool keepdim = false) => Made(Native.vqt_sum_dim(Handle, [dim], 1, keepdim), this);

    /// <summary>The sums along several dimensions.</summary>
    public Tensor sum(ReadOnlySpan<long> dims, bool keepdim = false) => Made(Native.vqt_sum_dim(Handle, dims, dims.Length, keepdim), this);

    /// <summary>The mean of all elements.</summary>
    public Tensor mean() => Made(Native.vqt_mean(Handle), this);

    /// <summary>The means along a dimension.</summary>
    public Tensor mean(long dim, bool keepdim = false) => Made(Native.vqt_mean_dim(Handle, [dim], 1, keepdim), this);

    /// <summary>The means along several dimensions.</summary>
    public Tensor mean(ReadOnlySpan<long> dims, bool keepdim = false) =>
        Made(Native.vqt_mean_dim(Handle, dims, dims.Length, keepdim), this);

    /// <summary>The variance of all elements; unbiased divides by one less than their number.</summary>
    public Tensor var(bool unbiased = true) => Made(Native.vqt_var(Handle, unbiased), this);

    /// <summary>The variances along a dimension.</summary>
    public Tensor var(long dim, bool unbiased = true, bool keepdim = false) =>
        Made(Native.vqt_var_dim(Handle, [dim], 1, unbiased, keepdim), this);

    /// <summary>The variances along several dimensions.</summary>
    public Tensor var(ReadOnlySpan<long> dims, bool unbiased = true, bool keepdim = false) =>
        Made(Native.vqt_var_dim(Handle, dims, dims.Length, unbiased, keepdim), this);

    /// <summary>The standard deviation of all elements; unbiased divides by one less than their number.</summary>
    public Tensor std(bool unbiased = true) => Made(Native.vqt_std(Handle, unbiased), this);

    /// <summary>The standard deviations along a dimension.</summary>
    public Tensor std(long dim, bool unbiased = true, bool keepdim = false) =>
        Made(Native.vqt_std_dim(Handle, [dim], 1, unbiased, keepdim), this);

    /// <summary>The standard deviations along several dimensions.</summary>
    public Tensor std(ReadOnlySpan<long> dims, bool unbiased = true, bool keepdim = false) =>
        Made(Native.vqt_std_dim(Handle, dims, dims.Length, unbiased, keepdim), this);

    /// <summary>The p-norm of all elements.</summary>
    public Tensor norm(double p = 2) => Made(Native.vqt_norm(Handle, p), this);

    /// <summary>The p-norms along dimensions.</summary>
    public Tensor norm(ReadOnlySpan<long> dims, bool keepdim = false, double p = 2) =>
        Made(Native.vqt_norm_dim(Handle, p, dims, dims.Length, keepdim), this);

    /// <summary>Logarithms of sums of exponentials along a dimension.</summary>
    public Tensor logsumexp(long dim, bool keepdim = false) => Made(Native.vqt_logsumexp(Handle, [dim], 1, keepdim), this);

    /// <summary>The greatest element.</summary>
    public Tensor max() => Made(Native.vqt_max(Handle), this);

    /// <summary>The greatest elements along a dimension and where they are.</summary>
    public (Tensor values, Tensor indices) max(long dim, bool keepdim = false)
    {
        Span<nint> results = stackalloc nint[2];
        Check(Native.vqt_max_dim(Handle, dim, keepdim, results), this);
        return (new Tensor(results[0]), new Tensor(results[1]));
    }

    /// <summary>Where the greatest of all elements is, counted in row-major order.</summary>
    public Tensor argmax() => Made(Native.vqt_argmax(Handle), this);

    /// <summary>Where the greatest elements along a dimension are.</summary>
    public Tensor argmax(long dim, bool keepdim = false) => Made(Native.vqt_argmax_dim(Handle, dim, keepdim), this);

    /// <summary>The least element.</summary>
    public Tensor min() => Made(Native.vqt_min(Handle), this);

    /// <summary>The least elements along a dimension and where they are.</summary>
    public (Tensor values, Tensor indices) min(long dim, bool keepdim = false)
    {
        Span<nint> results = stackalloc nint[2];
        Check(Native.vqt_min_dim(Handle, dim, keepdim, results), this);
        return (new Tensor(results[0]), new Tensor(results[1]));
    }

    /// <summary>Where the least of all elements is, counted in row-major order.</summary>
    public Tensor argmin() => Made(Native.vqt_argmin(Handle), this);

    /// <summary>Where the least elements along a dimension are.</summary>
    public Tensor argmin(long dim, bool keepdim = false) => Made(Native.vqt_argmin_dim(Handle, dim, keepdim), this);

    /// <summary>Whether every element is non-zero: one Boolean.</summary>
    public Tensor all() => Made(Native.vqt_all(Handle), this);

    /// <summary>Whether some element is non-zero: one Boolean.</summary>
    public Tensor any() => Made(Native.vqt_any(Handle), this);

    /// <summary>Running sums along a dimension.</summary>
    public Tensor cumsum(long dim) => Made(Native.vqt_cumsum(Handle, dim), this);

    /// <summary>The k greatest (or least) elements along a dimension, in order if sorted, and where they are.</summary>
    /// <exception cref="TorchException">The dimension has fewer elements than k.</exception>
    public (Tensor values, Tensor indices) topk(long k, long dim = -1, bool largest = true, bool sorted = true)
    {
        Span<nint> results = stackalloc nint[2];
        Check(Native.vqt_topk(Handle, k, dim, largest, sorted, results), this);
        return (new Tensor(results[0]), new Tensor(results[1]));
    }

    /// <summary>The elements in order along a dimension, and where they were.</summary>
    public (Tensor values, Tensor indices) sort(long dim = -1, bool descending = false)
    {
        Span<nint> results = stackalloc nint[2];
        Check(Native.vqt_sort(Handle, dim, descending, results), this);
        return (new Tensor(results[0]), new Tensor(results[1]));
    }

    /// <summary>How often each of the integers 0, 1, … occurs, or the sums of their weights.</summary>
    /// <exception cref="TorchException">The elements are not non-negative integers in one dimension.</exception>
    public Tensor bincount(Tensor? weights = null, long minlength = 0) =>
        Made(Native.vqt_bincount(Handle, HandleOrNull(weights), minlength), this, weights);

    /// <summary>The distinct elements in order, for each element its place among them, and how often each occurs.</summary>
    public (Tensor output, Tensor inverse, Tensor counts) unique()
    {
        Span<nint> results = stackalloc nint[3];
        Check(Native.vqt_unique(Handle, results), this);
        return (new Tensor(results[0]), new Tensor(results[1]), new Tensor(results[2]));
    }

    /// <summary>Draws indices with these weights: (samples), or (rows, samples) for a matrix.</summary>
    /// <exception cref="TorchException">A weight is negative, infinite or NaN, or there are fewer non-zero ones than samples.</exception>
    public Tensor multinomial(long num_samples, bool replacement = false) =>
        Made(Native.vqt_multinomial(Handle, num_samples, replacement), this);
}
