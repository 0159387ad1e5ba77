namespace VQWave.SurfaceLink;

/// <summary>What the server tells the player.</summary>
/// <param name="Pages">How many pages are open now.</param>
/// <param name="Text">A sentence for the user, or null.</param>
/// <param name="IsProblem">Whether something is not as it should be.</param>
/// <param name="Url">An address with a one-time token that lets one device in, or null.</param>
/// <param name="Fatal">Whether the server cannot run: starting it again would be of no use.</param>
public sealed record SurfaceNotice(int Pages = 0, string? Text = null, bool IsProblem = false, string? Url = null, bool Fatal = false);
