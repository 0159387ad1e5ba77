namespace VQWave.Vst3;

/// <summary>What a factory says of itself.</summary>
/// <param name="Vendor">Vendor.</param>
/// <param name="Url">Web page.</param>
/// <param name="Email">Address for questions.</param>
/// <param name="Flags">Properties.</param>
public sealed record Vst3FactoryInfo(string Vendor, string Url = "", string Email = "", Vst3FactoryFlags Flags = Vst3FactoryFlags.Unicode);
