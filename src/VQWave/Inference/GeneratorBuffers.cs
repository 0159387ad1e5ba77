namespace VQWave.Inference;

/// <summary>What goes into a step and comes out of it, in pinned arrays that engines may hand to native code.</summary>
internal sealed class GeneratorBuffers
{
    public GeneratorBuffers(int batch, int codebookSize, int contextWidth)
    {
        Batch = batch;
        CodebookSize = codebookSize;
        ContextWidth = contextWidth;
        Codes = GC.AllocateArray<long>(batch, pinned: true);
        Context = GC.AllocateArray<float>(batch * contextWidth, pinned: true);
        Logits = GC.AllocateArray<float>(batch * codebookSize, pinned: true);
    }

    /// <summary>Number of independent sequences.</summary>
    public int Batch { get; }

    /// <summary>Number of codes.</summary>
    public int CodebookSize { get; }

    /// <summary>Width of the context of one step.</summary>
    public int ContextWidth { get; }

    /// <summary>[batch].</summary>
    public long[] Codes { get; }

    /// <summary>[batch × width].</summary>
    public float[] Context { get; }

    /// <summary>[batch × codebook size].</summary>
    public float[] Logits { get; }
}
