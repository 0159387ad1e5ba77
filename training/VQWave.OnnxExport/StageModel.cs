using Google.Protobuf;
using VQWave.OnnxExport.Onnx;

namespace VQWave.OnnxExport;

/// <summary>A stage's ONNX file read back, as the graph that it was written as.</summary>
internal static class StageModel
{
    /// <summary>The operator of quantised matrices.</summary>
    public const string QuantizedOperator = "MatMulNBits";

    /// <summary>Reads a file whose weights are wanted.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="source">Its name for messages.</param>
    /// <exception cref="VQWaveException">It is no ONNX file, or is quantised already.</exception>
    public static ModelProto Parse(byte[] bytes, string source)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new VQWaveException($"{source} is not an ONNX file: export the pack again.", e);
        }

        return model.Graph.Node.All(n => n.OpType != QuantizedOperator)
            ? model
            : throw new VQWaveException($"{source} is quantised already: give a pack in float32 or float16.");
    }
}
