namespace VQWave.Inference.Kernels;

/// <summary>A matrix in the order in which a kernel reads it: panels of 64 rows, one after the other.</summary>
/// <remarks>Immutable until disposed of: any number of threads may multiply at the same time, each with its own scratch.</remarks>
internal abstract unsafe class PackedMatrix : IDisposable
{
    /// <summary>Rows of a panel: eight vectors of eight, as many sums as the registers hold.</summary>
    public const int PanelRows = 64;

    /// <summary>Stores the sizes.</summary>
    protected PackedMatrix(int rows, int columns)
    {
        Rows = rows;
        Columns = columns;
        Panels = (rows + PanelRows - 1) / PanelRows;
    }

    /// <summary>Outputs.</summary>
    public int Rows { get; }

    /// <summary>Inputs.</summary>
    public int Columns { get; }

    /// <summary>Number of panels.</summary>
    public int Panels { get; }

    /// <summary>Rows with those that fill the last panel: values that a product writes.</summary>
    public int PaddedRows => Panels * PanelRows;

    /// <summary>Bytes of weights and scales that a product reads.</summary>
    public abstract long Bytes { get; }

    /// <summary>Bytes of scratch that a product needs for each voice.</summary>
    public abstract int ScratchBytes { get; }

    /// <summary>y += W x, for some voices; each weight is read from memory once. Real-time safe.</summary>
    /// <param name="x">Columns of the first voice.</param>
    /// <param name="xStride">From a voice to the next.</param>
    /// <param name="y">Padded rows of the first voice.</param>
    /// <param name="yStride">From a voice to the next.</param>
    /// <param name="voices">Number of voices.</param>
    /// <param name="scratch"><see cref="ScratchBytes"/> for each voice.</param>
    public abstract void Multiply(float* x, int xStride, float* y, int yStride, int voices, byte* scratch);

    /// <inheritdoc/>
    public abstract void Dispose();
}
