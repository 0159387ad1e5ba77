namespace VQWave.Vst3.Interop;

/// <summary>Interface ids, as Steinberg's documents give them.</summary>
internal static class Iid
{
    public static readonly Vst3Uid FUnknown = new(0x00000000, 0x00000000, 0xC0000000, 0x00000046);
    public static readonly Vst3Uid IPluginBase = new(0x22888DDB, 0x156E45AE, 0x8358B348, 0x08190625);
    public static readonly Vst3Uid IPluginFactory = new(0x7A4D811C, 0x52114A1F, 0xAED9D2EE, 0x0B43BF9F);
    public static readonly Vst3Uid IPluginFactory2 = new(0x0007B650, 0xF24B4C0B, 0xA464EDB9, 0xF00B2ABB);
    public static readonly Vst3Uid IPluginFactory3 = new(0x4555A2AB, 0xC1234E57, 0x9B122910, 0x36878931);
    public static readonly Vst3Uid IBStream = new(0xC3BF6EA2, 0x30994752, 0x9B6BF990, 0x1EE33E9B);
    public static readonly Vst3Uid ISizeableStream = new(0x04F9549E, 0xE02F4E6E, 0x87E86A87, 0x47F4E17F);
    public static readonly Vst3Uid IComponent = new(0xE831FF31, 0xF2D54301, 0x928EBBEE, 0x25697802);
    public static readonly Vst3Uid IAudioProcessor = new(0x42043F99, 0xB7DA453C, 0xA569E79D, 0x9AAEC33D);
    public static readonly Vst3Uid IAudioPresentationLatency = new(0x309ECE78, 0xEB7D4FAE, 0x8B2225D9, 0x09FD08B6);
    public static readonly Vst3Uid IProcessContextRequirements = new(0x2A654303, 0xEF764E3D, 0x95B5FE83, 0x730EF6D0);
    public static readonly Vst3Uid IParamValueQueue = new(0x01263A18, 0xED074F6F, 0x98C9D356, 0x4686F9BA);
    public static readonly Vst3Uid IParameterChanges = new(0xA4779663, 0x0BB64A56, 0xB44384A8, 0x466FEB9D);
    public static readonly Vst3Uid IEventList = new(0x3A2C4214, 0x346349FE, 0xB2C4F397, 0xB9695A44);
    public static readonly Vst3Uid IEditController = new(0xDCD7BBE3, 0x7742448D, 0xA874AACC, 0x979C759E);
    public static readonly Vst3Uid IEditController2 = new(0x7F4EFE59, 0xF3204967, 0xAC27A3AE, 0xAFB63038);
    public static readonly Vst3Uid IComponentHandler = new(0x93A0BEA3, 0x0BD045DB, 0x8E890B0C, 0xC1E46AC6);
    public static readonly Vst3Uid IComponentHandler2 = new(0xF040B4B3, 0xA36045EC, 0xABCDC045, 0xB4D5A2CC);
    public static readonly Vst3Uid IProgress = new(0x00C9DC5B, 0x9D904254, 0x91A388C8, 0xB4E91B69);
    public static readonly Vst3Uid IMidiMapping = new(0xDF0FF9F7, 0x49B74669, 0xB63AB732, 0x7ADBF5E5);
    public static readonly Vst3Uid IMidiLearn = new(0x6B2449CC, 0x419740B5, 0xAB3C79DA, 0xC5FE5C86);
    public static readonly Vst3Uid INoteExpressionController = new(0xB7F8F859, 0x41234872, 0x91169581, 0x4F3721A3);
    public static readonly Vst3Uid IUnitInfo = new(0x3D4BD6B5, 0x913A4FD2, 0xA886E768, 0xA5EB92C1);
    public static readonly Vst3Uid IUnitHandler = new(0x4B5147F8, 0x4654486B, 0x8DAB30BA, 0x163A3C56);
    public static readonly Vst3Uid IProgramListData = new(0x8683B01F, 0x7B354F70, 0xA2651DEC, 0x353AF4FF);
    public static readonly Vst3Uid IConnectionPoint = new(0x70A4156F, 0x6E6E4026, 0x989148BF, 0xAA60D8D1);
    public static readonly Vst3Uid IMessage = new(0x936F033B, 0xC6C047DB, 0xBB0882F8, 0x13C1E613);
    public static readonly Vst3Uid IAttributeList = new(0x1E5F0AEB, 0xCC7F4533, 0xA2544011, 0x38AD5EE4);
    public static readonly Vst3Uid IHostApplication = new(0x58E595CC, 0xDB2D4969, 0x8B6AAF8C, 0x36A664E5);
    public static readonly Vst3Uid IPlugInterfaceSupport = new(0x4FB58B9E, 0x9EAA4E0F, 0xAB361C1C, 0xCCB56FEA);
    public static readonly Vst3Uid IPlugView = new(0x5BC32507, 0xD06049EA, 0xA6151B52, 0x2B755B29);
    public static readonly Vst3Uid IPlugFrame = new(0x367FAF01, 0xAFA94693, 0x8D4DA2A0, 0xED0882A3);
    public static readonly Vst3Uid IPlugViewContentScaleSupport = new(0x65ED9690, 0x8AC44525, 0x8AADEF7A, 0x72EA703F);
}
