using VQWave.Inference;
using VQWave.Models;
using VQWave.TestSupport;

[assembly: AssemblyFixture(typeof(VQWave.Tests.TinyPackFixture))]

namespace VQWave.Tests;

/// <summary>One pack for all tests that only read it.</summary>
public sealed class TinyPackFixture : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TinyPackFixture()
    {
        TinyModel.Write(folder["tiny"], TinyModel.Configuration());
        Pack = ModelPack.Open(folder["tiny"]);
        Runtime = InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu });
    }

    public ModelPack Pack { get; }

    public InferenceRuntime Runtime { get; }

    public void Dispose() => folder.Dispose();
}
