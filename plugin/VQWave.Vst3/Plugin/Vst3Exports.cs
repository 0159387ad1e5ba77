using VQWave.Vst3.Interop;

namespace VQWave.Vst3;

/// <summary>What the functions call that a module exports.</summary>
/// <remarks>
/// NativeAOT exports functions of the published assembly only, so the plug-in declares them itself with
/// <c>[UnmanagedCallersOnly(EntryPoint = …)]</c> and forwards: ModuleEntry, ModuleExit and GetPluginFactory (Linux), InitDll, ExitDll and
/// GetPluginFactory (Windows), bundleEntry, bundleExit and GetPluginFactory (macOS). None of these members throws.
/// </remarks>
public static unsafe class Vst3Exports
{
    private static readonly Lock s_lock = new();
    private static Vst3Factory? s_factory;
    private static FactoryGlue? s_glue;
    private static int s_entries;

    /// <summary>Exceptions that were answered with a result code, for a log. Called on the thread that failed, possibly the audio thread.</summary>
    public static Action<Exception>? Failed
    {
        get => NativeObject.Failed;
        set => NativeObject.Failed = value;
    }

    /// <summary>Handle of the module as the host passed it; 0 when it passed none.</summary>
    public static nint ModuleHandle { get; private set; }

    /// <summary>Objects that hosts still hold references to.</summary>
    public static int AliveObjects => NativeObject.AliveCount;

    /// <summary>ModuleEntry, InitDll, bundleEntry.</summary>
    /// <param name="moduleHandle">The host's handle of the module; 0 where there is none.</param>
    public static bool Enter(nint moduleHandle = 0)
    {
        lock (s_lock)
        {
            s_entries++;
            ModuleHandle = moduleHandle;
            return true;
        }
    }

    /// <summary>ModuleExit, ExitDll, bundleExit; false when there was no matching entry.</summary>
    public static bool Exit()
    {
        lock (s_lock)
        {
            if (s_entries == 0)
            {
                return false;
            }

            if (--s_entries > 0)
            {
                return true;
            }

            try
            {
                s_factory?.OnModuleExit();
            }
            catch (Exception exception)
            {
                NativeObject.Fail(exception);
            }

            s_factory = null;
            s_glue = null;
            if (NativeObject.AliveCount == 0)
            {
                NativeObject.FreeDeadBlocks();
            }

            return true;
        }
    }

    /// <summary>GetPluginFactory: the factory with one more reference, or 0.</summary>
    /// <param name="create">Makes the factory, once a life of the module.</param>
    public static nint GetFactory(Func<Vst3Factory> create)
    {
        try
        {
            ArgumentNullException.ThrowIfNull(create);
            lock (s_lock)
            {
                s_factory ??= create();
                if (s_glue is { ReferenceCount: > 0 } glue)
                {
                    glue.AddReference();
                }
                else
                {
                    s_glue = new FactoryGlue(s_factory);
                }

                return (nint)s_glue.Pointer(0);
            }
        }
        catch (Exception exception)
        {
            NativeObject.Fail(exception);
            return 0;
        }
    }
}
