using System.Runtime.InteropServices;
using VQWave.Vst3.Interop;

namespace VQWave.Vst3;

/// <summary>A loaded VST3 module of anybody's, and what it offers.</summary>
/// <remarks>
/// Main thread only. A plug-in is native code in this process: what it corrupts cannot be caught. Linux and Windows modules are loaded;
/// macOS bundles are not yet.
/// </remarks>
public sealed unsafe class Vst3Module : IDisposable
{
    private readonly List<Vst3Plugin> _plugins = [];
    private readonly HostApplicationGlue _host;
    private nint _library;
    private void* _factory;
    private bool _entered;

    private Vst3Module(string path, string binary, nint library, string hostName)
    {
        Path = path;
        BinaryPath = binary;
        _library = library;
        _host = new HostApplicationGlue(hostName);
    }

    /// <summary>The bundle or file that was asked for.</summary>
    public string Path { get; }

    /// <summary>The shared library that was loaded.</summary>
    public string BinaryPath { get; }

    /// <summary>About its factory.</summary>
    public Vst3FactoryInfo Factory { get; private set; } = new("");

    /// <summary>All classes.</summary>
    public IReadOnlyList<Vst3ClassInfo> Classes { get; private set; } = [];

    /// <summary>The classes that a user calls plug-ins.</summary>
    public IEnumerable<Vst3ClassInfo> AudioModules => Classes.Where(info => info.IsAudioModule);

    internal void* HostContext => _host.Pointer(0);

    /// <summary>Loads a module.</summary>
    /// <param name="path">A .vst3 bundle, or a shared library.</param>
    /// <param name="hostName">The name that plug-ins are told.</param>
    /// <exception cref="Vst3Exception">It is not there, not for this machine, or not a VST3 module.</exception>
    public static Vst3Module Load(string path, string hostName = "VQWave")
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string binary = FindBinary(path);
        nint library;
        try
        {
            library = NativeLibrary.Load(binary);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw new Vst3Exception($"{binary} cannot be loaded: {exception.Message}", exception);
        }

        var module = new Vst3Module(path, binary, library, hostName);
        try
        {
            module.Enter();
            module.ReadFactory();
            return module;
        }
        catch (Exception)
        {
            module.Dispose();
            throw;
        }
    }

    /// <summary>Reads what a factory in this process offers, without a file: to test a plug-in before it is published.</summary>
    /// <param name="factory">What GetPluginFactory returned; the reference goes over to the module.</param>
    /// <param name="hostName">The name that plug-ins are told.</param>
    /// <exception cref="Vst3Exception">The factory is null.</exception>
    public static Vst3Module FromFactory(nint factory, string hostName = "VQWave")
    {
        if (factory == 0)
        {
            throw new Vst3Exception("The module has no factory: GetPluginFactory returned null.");
        }

        var module = new Vst3Module("", "", 0, hostName) { _factory = (void*)factory };
        module.ReadFactoryInfo();
        return module;
    }

    /// <summary>Finds the shared library of a bundle for this machine; a file is its own.</summary>
    /// <exception cref="Vst3Exception">There is none.</exception>
    public static string FindBinary(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path))
        {
            return System.IO.Path.GetFullPath(path);
        }

        if (!Directory.Exists(path))
        {
            throw new Vst3Exception($"{path} is not there; give a .vst3 bundle or a shared library.");
        }

        string root = System.IO.Path.GetFullPath(path).TrimEnd(System.IO.Path.DirectorySeparatorChar);
        string name = System.IO.Path.GetFileNameWithoutExtension(root);
        string contents = System.IO.Path.Combine(root, "Contents");
        string platform = PlatformFolder();
        string folder = System.IO.Path.Combine(contents, platform);
        string extension = OperatingSystem.IsWindows() ? ".vst3" : ".so";
        string expected = System.IO.Path.Combine(folder, name + extension);
        if (File.Exists(expected))
        {
            return expected;
        }

        // A renamed bundle keeps the name of the library inside.
        string[] others = Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + extension) : [];
        if (others.Length == 1)
        {
            return others[0];
        }

        string[] present = Directory.Exists(contents)
            ? [.. Directory.GetDirectories(contents).Select(found => System.IO.Path.GetFileName(found))]
            : [];
        string has = present.Length == 0 ? "it holds nothing" : "it holds " + string.Join(", ", present);
        throw new Vst3Exception($"{path} has no plug-in for this machine (Contents/{platform}/{name}{extension}); {has}.");
    }

    /// <summary>Makes and initialises a plug-in of a class.</summary>
    /// <exception cref="Vst3Exception">The class is not an audio module of this module, or the plug-in refuses.</exception>
    public Vst3Plugin CreatePlugin(Vst3ClassInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        ObjectDisposedException.ThrowIf(_factory is null, this);
        var plugin = new Vst3Plugin(this, info);
        _plugins.Add(plugin);
        return plugin;
    }

    /// <summary>Makes and initialises the plug-in of a name, or the first one.</summary>
    /// <exception cref="Vst3Exception">There is none of this name, or the plug-in refuses.</exception>
    public Vst3Plugin CreatePlugin(string? name = null)
    {
        Vst3ClassInfo? info = AudioModules.FirstOrDefault(item =>
            name is null || item.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
        );
        if (info is null)
        {
            string names = string.Join(", ", AudioModules.Select(item => item.Name));
            throw new Vst3Exception(name is null ? $"{Path} holds no plug-in." : $"{Path} holds no plug-in '{name}'; it holds {names}.");
        }

        return CreatePlugin(info);
    }

    /// <summary>The text of a moduleinfo.json for this module.</summary>
    /// <param name="version">Version of the module.</param>
    public string ToModuleInfoJson(string version) =>
        Vst3ModuleInfo.ToJson(
            System.IO.Path.GetFileNameWithoutExtension(Path.TrimEnd(System.IO.Path.DirectorySeparatorChar)),
            version,
            Factory,
            Classes
        );

    /// <summary>Ends the plug-ins that are left, then the module, and unloads it.</summary>
    public void Dispose()
    {
        while (_plugins.Count > 0)
        {
            _plugins[^1].Dispose();
        }

        void* factory = _factory;
        _factory = null;
        Unknown.Release(factory);
        if (_library != 0)
        {
            if (_entered)
            {
                Leave();
            }

            NativeLibrary.Free(_library);
            _library = 0;
        }

        // Some plug-ins never give all their references back (those of DPF keep one an instance).
        _host.Abandon();
    }

    internal void Forget(Vst3Plugin plugin) => _plugins.Remove(plugin);

    /// <summary>Makes an object; null when the class does not have the interface. The caller owns the reference.</summary>
    internal void* Create(Vst3Uid classId, in Vst3Uid iid)
    {
        byte* ids = stackalloc byte[2 * Vst3Uid.Size];
        classId.CopyTo(new Span<byte>(ids, Vst3Uid.Size));
        iid.CopyTo(new Span<byte>(ids + Vst3Uid.Size, Vst3Uid.Size));
        void* made = null;
        int result = (*(IPluginFactory3Vtbl**)_factory)->CreateInstance(_factory, ids, ids + Vst3Uid.Size, &made);
        return result == Vst3Result.Ok ? made : null;
    }

    private static string PlatformFolder()
    {
        string machine = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "x86_64",
            Architecture.X86 => OperatingSystem.IsWindows() ? "x86" : "i386",
            Architecture.Arm64 => OperatingSystem.IsWindows() ? "arm64" : "aarch64",
            Architecture other => other.ToString().ToLowerInvariant(),
        };
        return machine + (OperatingSystem.IsWindows() ? "-win" : "-linux");
    }

    private void Enter()
    {
        if (OperatingSystem.IsMacOS())
        {
            throw new Vst3Exception("Hosting VST3 bundles on macOS is not supported yet.");
        }

        if (OperatingSystem.IsWindows())
        {
            // Both functions are optional there.
            if (NativeLibrary.TryGetExport(_library, "InitDll", out nint init) && ((delegate* unmanaged<byte>)init)() == 0)
            {
                throw new Vst3Exception($"{BinaryPath} refused to start: InitDll returned false.");
            }
        }
        else
        {
            if (!NativeLibrary.TryGetExport(_library, "ModuleEntry", out nint entry))
            {
                throw new Vst3Exception($"{BinaryPath} is not a VST3 module: it does not export ModuleEntry.");
            }

            if (((delegate* unmanaged<nint, byte>)entry)(_library) == 0)
            {
                throw new Vst3Exception($"{BinaryPath} refused to start: ModuleEntry returned false.");
            }
        }

        _entered = true;
    }

    private void Leave()
    {
        string name = OperatingSystem.IsWindows() ? "ExitDll" : "ModuleExit";
        if (NativeLibrary.TryGetExport(_library, name, out nint exit))
        {
            _ = ((delegate* unmanaged<byte>)exit)();
        }
    }

    private void ReadFactory()
    {
        if (!NativeLibrary.TryGetExport(_library, "GetPluginFactory", out nint get))
        {
            throw new Vst3Exception($"{BinaryPath} is not a VST3 module: it does not export GetPluginFactory.");
        }

        _factory = ((delegate* unmanaged<void*>)get)();
        if (_factory is null)
        {
            throw new Vst3Exception($"{BinaryPath} has no factory: GetPluginFactory returned null.");
        }

        ReadFactoryInfo();
    }

    private void ReadFactoryInfo()
    {
        IPluginFactory3Vtbl* table = *(IPluginFactory3Vtbl**)_factory;
        PFactoryInfo info = default;
        if (table->GetFactoryInfo(_factory, &info) == Vst3Result.Ok)
        {
            Factory = new Vst3FactoryInfo(
                NativeText.Read(info.Vendor, 64),
                NativeText.Read(info.Url, 256),
                NativeText.Read(info.Email, 128),
                (Vst3FactoryFlags)info.Flags
            );
        }

        void* factory2 = Unknown.Query(_factory, Iid.IPluginFactory2);
        void* factory3 = Unknown.Query(_factory, Iid.IPluginFactory3);
        try
        {
            if (factory3 is not null)
            {
                (*(IPluginFactory3Vtbl**)factory3)->SetHostContext(factory3, HostContext);
            }

            int count = table->CountClasses(_factory);
            var classes = new List<Vst3ClassInfo>();
            for (int i = 0; i < count; i++)
            {
                Vst3ClassInfo? read = ReadClassUnicode(factory3, i) ?? ReadClass2(factory2, i) ?? ReadClass(i);
                if (read is not null)
                {
                    classes.Add(read);
                }
            }

            Classes = classes;
        }
        finally
        {
            Unknown.Release(factory3);
            Unknown.Release(factory2);
        }
    }

    private Vst3ClassInfo? ReadClass(int index)
    {
        PClassInfo info = default;
        return (*(IPluginFactory3Vtbl**)_factory)->GetClassInfo(_factory, index, &info) != Vst3Result.Ok
            ? null
            : new Vst3ClassInfo(Vst3Uid.FromPointer(info.Cid), NativeText.Read(info.Category, 32), NativeText.Read(info.Name, 64))
            {
                Cardinality = info.Cardinality,
                SdkVersion = "",
            };
    }

    private static Vst3ClassInfo? ReadClass2(void* factory, int index)
    {
        PClassInfo2 info = default;
        return factory is null || (*(IPluginFactory3Vtbl**)factory)->GetClassInfo2(factory, index, &info) != Vst3Result.Ok
            ? null
            : new Vst3ClassInfo(Vst3Uid.FromPointer(info.Cid), NativeText.Read(info.Category, 32), NativeText.Read(info.Name, 64))
            {
                Cardinality = info.Cardinality,
                Flags = (Vst3ComponentFlags)info.ClassFlags,
                SubCategories = NativeText.Read(info.SubCategories, 128),
                Vendor = NativeText.Read(info.Vendor, 64),
                Version = NativeText.Read(info.Version, 64),
                SdkVersion = NativeText.Read(info.SdkVersion, 64),
            };
    }

    private static Vst3ClassInfo? ReadClassUnicode(void* factory, int index)
    {
        PClassInfoW info = default;
        return factory is null || (*(IPluginFactory3Vtbl**)factory)->GetClassInfoUnicode(factory, index, &info) != Vst3Result.Ok
            ? null
            : new Vst3ClassInfo(Vst3Uid.FromPointer(info.Cid), NativeText.Read(info.Category, 32), NativeText.Read(info.Name, 64))
            {
                Cardinality = info.Cardinality,
                Flags = (Vst3ComponentFlags)info.ClassFlags,
                SubCategories = NativeText.Read(info.SubCategories, 128),
                Vendor = NativeText.Read(info.Vendor, 64),
                Version = NativeText.Read(info.Version, 64),
                SdkVersion = NativeText.Read(info.SdkVersion, 64),
            };
    }
}
