using Microsoft.ML.OnnxRuntime;

namespace VQWave.OnnxExport.Tests;

/// <summary>An ONNX file in ONNX Runtime.</summary>
internal sealed class Graph : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions run = new();

    public Graph(byte[] bytes)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        session = new InferenceSession(bytes, options);
    }

    public InferenceSession Session => session;

    public Dictionary<string, Array> Run(params (string Name, Array Data, long[] Shape)[] inputs)
    {
        var values = inputs
            .Select(i =>
                i.Data is long[] codes
                    ? OrtValue.CreateTensorValueFromMemory(codes, i.Shape)
                    : OrtValue.CreateTensorValueFromMemory((float[])i.Data, i.Shape)
            )
            .ToArray();
        try
        {
            using var results = session.Run(run, [.. inputs.Select(i => i.Name)], values, session.OutputNames);
            var outputs = new Dictionary<string, Array>(StringComparer.Ordinal);
            for (var i = 0; i < results.Count; i++)
            {
                var type = results[i].GetTensorTypeAndShape().ElementDataType;
                outputs[session.OutputNames[i]] =
                    type == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64
                        ? results[i].GetTensorDataAsSpan<long>().ToArray()
                        : results[i].GetTensorDataAsSpan<float>().ToArray();
            }

            return outputs;
        }
        finally
        {
            foreach (var value in values)
            {
                value.Dispose();
            }
        }
    }

    public void Dispose()
    {
        run.Dispose();
        session.Dispose();
    }
}
