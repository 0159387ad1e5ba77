namespace VQWave.Torch;

public partial class Tensor
{
    /// <summary>Adds alpha times the other tensor. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor add_(Tensor other, Scalar? alpha = null)
    {
        Check(Native.vqt_add_(Handle, other.Handle, alpha ?? 1), this, other);
        return this;
    }

    /// <summary>Adds a number. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor add_(Scalar other)
    {
        Check(Native.vqt_add_scalar_(Handle, other), this);
        return this;
    }

    /// <summary>Subtracts. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor sub_(Tensor other)
    {
        Check(Native.vqt_sub_(Handle, other.Handle), this, other);
        return this;
    }

    /// <summary>Multiplies. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor mul_(Tensor other)
    {
        Check(Native.vqt_mul_(Handle, other.Handle), this, other);
        return this;
    }

    /// <summary>Multiplies. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor mul_(Scalar other)
    {
        Check(Native.vqt_mul_scalar_(Handle, other), this);
        return this;
    }

    /// <summary>Divides. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor div_(Tensor other)
    {
        Check(Native.vqt_div_(Handle, other.Handle), this, other);
        return this;
    }

    /// <summary>Divides. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor div_(Scalar other)
    {
        Check(Native.vqt_div_scalar_(Handle, other), this);
        return this;
    }

    /// <summary>Adds value times the product of two tensors. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor addcmul_(Tensor first, Tensor second, Scalar? value = null)
    {
        Check(Native.vqt_addcmul_(Handle, first.Handle, second.Handle, value ?? 1), this, first, second);
        return this;
    }

    /// <summary>Adds value times the quotient of two tensors. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor addcdiv_(Tensor first, Tensor second, Scalar? value = null)
    {
        Check(Native.vqt_addcdiv_(Handle, first.Handle, second.Handle, value ?? 1), this, first, second);
        return this;
    }

    /// <summary>Moves by a share of the way to the other tensor. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor lerp_(Tensor end, Scalar weight)
    {
        Check(Native.vqt_lerp_(Handle, end.Handle, weight), this, end);
        return this;
    }

    /// <summary>Copies the elements of another tensor, converted and broadcast. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor copy_(Tensor source)
    {
        Check(Native.vqt_copy_(Handle, source.Handle), this, source);
        return this;
    }

    /// <summary>Sets all elements to zero. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor zero_()
    {
        Check(Native.vqt_zero_(Handle), this);
        return this;
    }

    /// <summary>Sets all elements. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor fill_(Scalar value)
    {
        Check(Native.vqt_fill_(Handle, value), this);
        return this;
    }

    /// <summary>Bounds the elements. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor clamp_(Scalar? min = null, Scalar? max = null)
    {
        Check(Native.vqt_clamp_(Handle, min ?? 0, max ?? 0, Bounds(min, max)), this);
        return this;
    }

    /// <summary>Draws normal numbers. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor normal_(double mean = 0, double std = 1)
    {
        Check(Native.vqt_normal_(Handle, mean, std), this);
        return this;
    }

    /// <summary>Draws uniform numbers. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor uniform_(double from = 0, double to = 1)
    {
        Check(Native.vqt_uniform_(Handle, from, to), this);
        return this;
    }

    /// <summary>Adds alpha times rows of the source to the rows that the index names. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar? alpha = null)
    {
        Check(Native.vqt_index_add_(Handle, dim, index.Handle, source.Handle, alpha ?? 1), this, index, source);
        return this;
    }

    /// <summary>Copies rows of the source to the rows that the index names. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor index_copy_(long dim, Tensor index, Tensor source)
    {
        Check(Native.vqt_index_copy_(Handle, dim, index.Handle, source.Handle), this, index, source);
        return this;
    }

    /// <summary>Sets the rows that the index names. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor index_fill_(long dim, Tensor index, Scalar value)
    {
        Check(Native.vqt_index_fill_(Handle, dim, index.Handle, value), this, index);
        return this;
    }

    /// <summary>Writes elements of the source to the places that the index names. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor scatter_(long dim, Tensor index, Tensor source)
    {
        Check(Native.vqt_scatter_(Handle, dim, index.Handle, source.Handle), this, index, source);
        return this;
    }

    /// <summary>Adds elements of the source to the places that the index names. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor scatter_add_(long dim, Tensor index, Tensor source)
    {
        Check(Native.vqt_scatter_add_(Handle, dim, index.Handle, source.Handle), this, index, source);
        return this;
    }

    /// <summary>Sets the elements where the mask is true. Writes here, and returns this tensor.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor masked_fill_(Tensor mask, Scalar value)
    {
        Check(Native.vqt_masked_fill_(Handle, mask.Handle, value), this, mask);
        return this;
    }
}
