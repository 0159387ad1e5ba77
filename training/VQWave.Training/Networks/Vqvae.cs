using VQWave.Models;
using VQWave.Torch;
using VQWave.Torch.Modules;

namespace VQWave.Training.Networks;

/// <summary>The VQ-VAE of one level: encoder, codebook, decoder.</summary>
public sealed class Vqvae : Module
{
    private readonly LevelConfiguration _level;

    /// <summary>Builds the networks of a level.</summary>
    public Vqvae(LevelConfiguration level, CodebookLearning learning = CodebookLearning.Ema)
    {
        _level = level;
        Encoder = new ConvolutionStack(level.Encoder, 1, level.Compression);
        Decoder = new ConvolutionStack(level.Decoder, level.CodebookDimension, level.Compression);
        Quantizer = new VectorQuantizer(level.CodebookSize, level.CodebookDimension, learning);
        register_module("encoder", Encoder);
        register_module("decoder", Decoder);
        register_module("codebook", Quantizer);
    }

    /// <summary>Audio to latents.</summary>
    public ConvolutionStack Encoder { get; }

    /// <summary>Code vectors to audio.</summary>
    public ConvolutionStack Decoder { get; }

    /// <summary>The codebook.</summary>
    public VectorQuantizer Quantizer { get; }

    /// <summary>Latents (batch, dimension, n) of audio (batch, n × compression).</summary>
    public Tensor EncodeLatents(Tensor audio) => Encoder.forward(audio.unsqueeze(1));

    /// <summary>Audio (batch, n × compression) of code vectors (batch, dimension, n).</summary>
    public Tensor DecodeVectors(Tensor vectors) => Decoder.forward(vectors).squeeze(1);

    /// <summary>Codes (batch, n) of audio (batch, n × compression), without gradient.</summary>
    public Tensor EncodeCodes(Tensor audio)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var latents = EncodeLatents(audio);
        var flat = latents.transpose(1, 2).reshape(-1, _level.CodebookDimension);
        return Quantizer.Encode(flat).reshape(audio.shape[0], -1).MoveToOuterDisposeScope();
    }

    /// <summary>Audio (batch, n × compression) of codes (batch, n), without gradient.</summary>
    public Tensor DecodeCodes(Tensor codes)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return DecodeVectors(Quantizer.Decode(codes).transpose(1, 2)).MoveToOuterDisposeScope();
    }
}
