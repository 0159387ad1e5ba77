namespace VQWave.Vst3.Interop;

/// <summary>What the lists in native memory share.</summary>
internal static unsafe class NativeLists
{
    /// <summary>QueryInterface of an object with one interface and no reference count.</summary>
    public static int Query(void* self, byte* iid, void** result, in Vst3Uid own)
    {
        if (result is null)
        {
            return Vst3Result.InvalidArgument;
        }

        *result = null;
        if (self is null || iid is null)
        {
            return Vst3Result.InvalidArgument;
        }

        Vst3Uid wanted = Vst3Uid.FromPointer(iid);
        if (wanted != own && wanted != Iid.FUnknown)
        {
            return Vst3Result.NoInterface;
        }

        *result = self;
        return Vst3Result.Ok;
    }
}
