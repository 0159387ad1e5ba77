using System.Runtime.InteropServices;

namespace VQWave.Vst3.Interop;

/// <summary>A message made here: IMessage, with its attributes in one.</summary>
internal sealed unsafe class MessageGlue : NativeObject
{
    private static readonly IMessageVtbl* s_table = NewMessageTable();

    private readonly AttributeGlue _attributes = new();
    private nint _id;

    public MessageGlue()
        : base((nint)s_table) { }

    protected override int FindInterface(in Vst3Uid iid) => iid == Iid.IMessage ? 0 : -1;

    protected override void OnReleased()
    {
        _attributes.ReleaseReference();
        Marshal.FreeCoTaskMem(_id);
        _id = 0;
    }

    private static IMessageVtbl* NewMessageTable()
    {
        IMessageVtbl* table = NewTable<IMessageVtbl>();
        table->GetMessageId = &GetMessageId;
        table->SetMessageId = &SetMessageId;
        table->GetAttributes = &GetAttributes;
        return table;
    }

    [UnmanagedCallersOnly]
    private static byte* GetMessageId(void* self)
    {
        try
        {
            return (byte*)(Get<MessageGlue>(self)?._id ?? 0);
        }
        catch (Exception exception)
        {
            Fail(exception);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static void SetMessageId(void* self, byte* id)
    {
        try
        {
            if (Get<MessageGlue>(self) is { } glue)
            {
                nint old = glue._id;
                glue._id = id is null ? 0 : Marshal.StringToCoTaskMemUTF8(NativeText.Read(id));
                Marshal.FreeCoTaskMem(old);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    // The caller does not own a reference: the list lives as long as the message.
    [UnmanagedCallersOnly]
    private static void* GetAttributes(void* self)
    {
        try
        {
            return Get<MessageGlue>(self) is { } glue ? glue._attributes.Pointer(0) : null;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return null;
        }
    }
}
