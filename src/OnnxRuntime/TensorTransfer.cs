using System;
using System.Collections.Generic;

namespace Microsoft.ML.OnnxRuntime
{
    /// <summary>
    /// Copies of the values of some tensors into others, between a device and the host or within either, which can be repeated. The binding's own <c>OrtEnv.CopyTensors</c>
    /// makes two arrays with every call; this makes them once, so that a copy allocates nothing on the managed heap.
    /// </summary>
    /// <remarks>VQWave's own addition to Microsoft's binding, in its assembly because native handles are internal to it. One caller at a time.</remarks>
    public sealed class TensorTransfer
    {
        private readonly OrtEnv environment;
        private readonly OrtSyncStream stream;
        private readonly OrtValue[] sources;
        private readonly OrtValue[] destinations;
#if !ORT_PACKAGE
        private readonly IntPtr[] sourceHandles;
        private readonly IntPtr[] destinationHandles;
#endif

        /// <summary>Prepares the copies.</summary>
        /// <param name="environment">ONNX Runtime's environment.</param>
        /// <param name="sources">Tensors to copy from.</param>
        /// <param name="destinations">As many of the same types and shapes.</param>
        /// <param name="stream">What the copies are queued on; null to wait for them.</param>
        public TensorTransfer(
            OrtEnv environment,
            IReadOnlyList<OrtValue> sources,
            IReadOnlyList<OrtValue> destinations,
            OrtSyncStream stream
        )
        {
            if (sources.Count != destinations.Count)
            {
                throw new ArgumentException($"{sources.Count} tensors for {destinations.Count}.", nameof(destinations));
            }

            this.environment = environment;
            this.stream = stream;
            this.sources = new OrtValue[sources.Count];
            this.destinations = new OrtValue[sources.Count];
            for (var i = 0; i < sources.Count; i++)
            {
                this.sources[i] = sources[i];
                this.destinations[i] = destinations[i];
            }
#if !ORT_PACKAGE
            sourceHandles = Array.ConvertAll(this.sources, v => v.Handle);
            destinationHandles = Array.ConvertAll(this.destinations, v => v.Handle);
#endif
        }

        /// <summary>Copies, or queues the copies.</summary>
        /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses them.</exception>
        public void Run()
        {
#if ORT_PACKAGE
            environment.CopyTensors(sources, destinations, stream);
#else
            if (sourceHandles.Length > 0)
            {
                NativeApiStatus.VerifySuccess(
                    NativeMethods.OrtCopyTensors(
                        environment.Handle,
                        sourceHandles,
                        destinationHandles,
                        stream == null ? IntPtr.Zero : stream.Handle,
                        (UIntPtr)sourceHandles.Length
                    )
                );
                GC.KeepAlive(sources);
                GC.KeepAlive(destinations);
            }
#endif
        }
    }
}
