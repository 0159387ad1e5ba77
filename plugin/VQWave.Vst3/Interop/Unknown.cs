namespace VQWave.Vst3.Interop;

/// <summary>Calls to FUnknown of objects that somebody else owns.</summary>
internal static unsafe class Unknown
{
    public static void AddRef(void* self)
    {
        if (self is not null)
        {
            (*(FUnknownVtbl**)self)->AddRef(self);
        }
    }

    public static void Release(void* self)
    {
        if (self is not null)
        {
            (*(FUnknownVtbl**)self)->Release(self);
        }
    }

    /// <summary>Asks for an interface; null when the object does not have it. The caller owns the reference.</summary>
    public static void* Query(void* self, in Vst3Uid iid)
    {
        if (self is null)
        {
            return null;
        }

        byte* bytes = stackalloc byte[Vst3Uid.Size];
        iid.CopyTo(new Span<byte>(bytes, Vst3Uid.Size));
        void* result = null;
        return (*(FUnknownVtbl**)self)->QueryInterface(self, bytes, &result) == Vst3Result.Ok ? result : null;
    }
}
