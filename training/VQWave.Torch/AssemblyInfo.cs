using System.Runtime.CompilerServices;

// Plain values cross the native boundary as they are, Booleans as one byte.
[assembly: DisableRuntimeMarshalling]
[assembly: InternalsVisibleTo("VQWave.Torch.Tests")]
[assembly: InternalsVisibleTo("vqwave-train")]
