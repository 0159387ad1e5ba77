using VQWave.Vst3.Interop;

namespace VQWave.Vst3;

/// <summary>What components and controllers of a plug-in have in common: a life between initialise and terminate, and a peer.</summary>
/// <remarks>
/// Hosts call all members of this type on their main thread. An exception that a member throws becomes a result code; it never
/// reaches the host. Calls in a wrong order are answered by the library and do not reach the object.
/// </remarks>
public abstract unsafe class Vst3PluginObject
{
    private void* _peer;

    private protected Vst3PluginObject() { }

    /// <summary>The host; <see cref="Vst3Host.None"/> before initialise and after terminate.</summary>
    public Vst3Host Host { get; private set; } = Vst3Host.None;

    /// <summary>Whether the object is between initialise and terminate.</summary>
    public bool IsInitialized { get; private set; }

    /// <summary>Whether the host has connected component and controller.</summary>
    public bool IsConnected => _peer is not null;

    /// <summary>Makes a message for the peer; dispose it after sending. Main thread.</summary>
    /// <param name="id">Name of the message.</param>
    protected Vst3Message CreateMessage(string id) => Host.CreateMessage(id);

    /// <summary>Sends a message to the peer; false when there is none or it does not take the message. Main thread.</summary>
    protected bool SendMessage(Vst3Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return _peer is not null && (*(IConnectionPointVtbl**)_peer)->Notify(_peer, message.Pointer) == Vst3Result.Ok;
    }

    /// <summary>The host has initialised the object; <see cref="Host"/> can be used.</summary>
    protected internal virtual void OnInitialize() { }

    /// <summary>The host terminates the object: stop threads, drop what was taken in <see cref="OnInitialize"/>. It may be initialised again.</summary>
    protected internal virtual void OnTerminate() { }

    /// <summary>The peer has been connected.</summary>
    protected internal virtual void OnConnected() { }

    /// <summary>The peer has been disconnected.</summary>
    protected internal virtual void OnDisconnected() { }

    /// <summary>A message of the peer, valid during the call; false when it is not known.</summary>
    protected internal virtual bool OnMessage(Vst3Message message) => false;

    /// <summary>The last reference is gone; the object is terminated and is not called any more.</summary>
    protected internal virtual void OnReleased() { }

    internal void Begin(Vst3Host host)
    {
        Host = host;
        IsInitialized = true;
        try
        {
            OnInitialize();
        }
        catch (Exception)
        {
            IsInitialized = false;
            Host = Vst3Host.None;
            throw;
        }
    }

    internal void End()
    {
        try
        {
            Disconnect();
            OnTerminate();
        }
        finally
        {
            IsInitialized = false;
            Host = Vst3Host.None;
        }
    }

    internal int Connect(void* other)
    {
        if (other is null)
        {
            return Vst3Result.InvalidArgument;
        }

        if (_peer is not null)
        {
            return Vst3Result.False;
        }

        Unknown.AddRef(other);
        _peer = other;
        OnConnected();
        return Vst3Result.Ok;
    }

    internal int Disconnect(void* other)
    {
        if (other is null)
        {
            return Vst3Result.InvalidArgument;
        }

        if (_peer is null || _peer != other)
        {
            return Vst3Result.False;
        }

        Disconnect();
        return Vst3Result.Ok;
    }

    internal int Notify(void* message) =>
        message is null ? Vst3Result.InvalidArgument : Vst3Result.From(OnMessage(new Vst3Message(message, owned: false)));

    private void Disconnect()
    {
        if (_peer is null)
        {
            return;
        }

        void* peer = _peer;
        _peer = null;
        Unknown.Release(peer);
        OnDisconnected();
    }
}
