using System.Text.Json;
using VQWave.Surface;
using VQWave.SurfaceLink;

// The player holds both ends of the pipe: where it is gone, so is this.
LinkReader reader = new(Console.OpenStandardInput());
if (!reader.TryRead(out var kind) || kind != LinkFrame.Settings)
{
    Console.Error.WriteLine("This is the live surface's server, which vqwave starts itself: use 'vqwave play --ui'.");
    return 2;
}

var settings = JsonSerializer.Deserialize(reader.Payload, LinkJsonContext.Default.SurfaceSettings)!;
PlayerLink player = new(reader, new LinkWriter(Console.OpenStandardOutput()));

// Nothing but frames may come out of the program, whoever writes to the console.
Console.SetOut(Console.Error);
return await SurfaceHost.RunAsync(settings, player);
