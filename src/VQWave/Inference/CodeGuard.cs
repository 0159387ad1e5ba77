using Microsoft.ML.OnnxRuntime;

namespace VQWave.Inference;

/// <summary>Codes as ONNX Runtime takes them; a code out of range would read past an embedding's end there.</summary>
internal static class CodeGuard
{
    public static void Check(ReadOnlySpan<int> codes, int codebookSize)
    {
        foreach (var code in codes)
        {
            if ((uint)code >= (uint)codebookSize)
            {
                throw new ArgumentOutOfRangeException(nameof(codes), code, $"A code is 0 to {codebookSize - 1}.");
            }
        }
    }

    /// <summary>A tensor [1, n] of int64.</summary>
    public static OrtValue Tensor(ReadOnlySpan<int> codes)
    {
        var wide = new long[codes.Length];
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] = codes[i];
        }

        return OrtValue.CreateTensorValueFromMemory(wide, [1, wide.Length]);
    }
}
