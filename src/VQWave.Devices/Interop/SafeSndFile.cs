using System.Runtime.InteropServices;

namespace VQWave.Devices.Interop;

/// <summary>An open libsndfile handle.</summary>
internal sealed class SafeSndFile : SafeHandle
{
    /// <summary>Creates an empty handle for the marshaller to fill.</summary>
    public SafeSndFile()
        : base(0, ownsHandle: true) { }

    /// <inheritdoc />
    public override bool IsInvalid => handle == 0;

    /// <summary>Closes the file and returns libsndfile's error code, 0 for none; closing flushes what was written.</summary>
    internal int CloseFile()
    {
        if (IsInvalid || IsClosed)
        {
            return 0;
        }

        nint file = handle;
        SetHandleAsInvalid();
        return SndFileNative.Close(file);
    }

    /// <inheritdoc />
    protected override bool ReleaseHandle() => SndFileNative.Close(handle) == 0;
}
