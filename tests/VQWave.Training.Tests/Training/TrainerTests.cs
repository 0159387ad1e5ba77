using VQWave.TestSupport;
using VQWave.Torch;
using VQWave.Training.Data;
using VQWave.Training.Networks;
using VQWave.Training.Training;

namespace VQWave.Training.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TrainerTests()
    {
        Music.Write(_folder["data"], 20_000, 30_000);
        Music.Write(_folder["held"], 5000, 2100);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CodebookLearning.Ema, 7, "")]
    [InlineData(CodebookLearning.Ema, 25, "")]
    [InlineData(CodebookLearning.Ema, 25, "gain,polarity,pitch,time")]
    [InlineData(CodebookLearning.Gradient, 25, "")]
    [InlineData(CodebookLearning.Ema, 25, "", QuantizerGradient.NoiseSubstitution)]
    public void A_vqvae_run_that_stops_and_resumes_ends_as_if_it_had_not(
        CodebookLearning learning,
        int stopAfter,
        string augment,
        QuantizerGradient gradient = QuantizerGradient.StraightThrough
    )
    {
        var whole = Vqvae("whole") with { Codebook = learning, Augment = augment, Gradient = gradient };
        var parts = whole with { OutputDirectory = _folder["parts"] };
        using (var trainer = new VqvaeTrainer(whole))
        {
            Assert.True(trainer.Run(default));
        }

        using (var trainer = new VqvaeTrainer(parts))
        {
            Assert.False(trainer.Run(StopAt(told => trainer.Stepped += told, stopAfter)));
        }

        Assert.False(File.Exists(_folder["parts/vqvae_8_encoder.safetensors"]));
        torch.manual_seed(99);
        using (var trainer = new VqvaeTrainer(parts with { Resume = true }))
        {
            Assert.True(trainer.Run(default));
        }

        AssertSameFiles("vqvae_8_encoder.safetensors", "vqvae_8_decoder.safetensors", "vqvae_8_codebook.safetensors");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_codebook_learns_from_the_interiors_of_crops_alone(bool whole)
    {
        var options = Vqvae("run") with { UnquantizedSteps = 0, RestartInterval = 0, CodebookOfWholeCrops = whole };
        using var trainer = new VqvaeTrainer(options);
        trainer.Step(1e-4);
        var before = Counted();
        trainer.Step(1e-4);

        // The moving average tells how many latents the step counted.
        var length = options.InputLength / options.Level.Compression;
        var interior = CropInterior.Of(options.Level, length);
        Assert.True(interior.Before > 0 && interior.After > 0);
        var counted = options.BatchSize * (whole ? length : length - interior.Before - interior.After);
        Assert.Equal(counted, (Counted() - (0.99 * before)) / 0.01, 0.1);

        double Counted() => trainer.Model.Quantizer.state_dict()["ema_count"].sum().ToDouble();
    }

    [Fact]
    public void A_generator_run_that_stops_and_resumes_ends_as_if_it_had_not()
    {
        SaveCodecs();
        using (var trainer = new GeneratorTrainer(Generator("whole") with { Dropout = 0.2 }))
        {
            Assert.True(trainer.Run(default));
        }

        using (var trainer = new GeneratorTrainer(Generator("parts") with { Dropout = 0.2 }))
        {
            Assert.False(trainer.Run(StopAt(told => trainer.Stepped += told, 13)));
        }

        torch.manual_seed(99);
        using (var trainer = new GeneratorTrainer(Generator("parts") with { Dropout = 0.2, Resume = true }))
        {
            Assert.True(trainer.Run(default));
        }

        AssertSameFiles("generator_8_generator.safetensors", "generator_8_context.safetensors");
    }

    [Fact]
    public void A_generator_run_is_the_same_whether_it_encodes_the_corpus_or_finds_it_encoded()
    {
        SaveCodecs();
        foreach (var output in new[] { "whole", "parts" })
        {
            using var trainer = new GeneratorTrainer(Generator(output) with { CodesDirectory = _folder["codes"] });
            Assert.True(trainer.Run(default));
        }

        AssertSameFiles("generator_8_generator.safetensors", "generator_8_context.safetensors");
    }

    [Fact]
    public void Bf16_trains_close_to_single_precision_and_its_weights_differ()
    {
        var options = Vqvae("whole") with { Steps = 150, Epochs = 2, LearningRate = 3e-3 };
        var losses = new List<double[]>();
        foreach (var (precision, output) in new[] { (TrainingPrecision.Fp32, "single"), (TrainingPrecision.Bf16, "short") })
        {
            using var trainer = new VqvaeTrainer(options with { Precision = precision, OutputDirectory = _folder[output] });
            Assert.True(trainer.Run(default));
            Assert.All(trainer.Model.parameters(), p => Assert.Equal(ScalarType.Float32, p.dtype));
            losses.Add([.. trainer.EpochLosses]);
        }

        Assert.True(losses[1][1] < 0.8 * losses[1][0], $"the loss went from {losses[1][0]} to {losses[1][1]}");
        Assert.InRange(losses[1][1] / losses[0][1], 0.9, 1.1);
        Assert.NotEqual(losses[0][1], losses[1][1]);
    }

    [Fact]
    public void Bf16_trains_generators_close_to_single_precision_and_leaves_no_tensors()
    {
        SaveCodecs();
        var bits = new List<double>();
        foreach (var precision in new[] { TrainingPrecision.Fp32, TrainingPrecision.Bf16 })
        {
            using var trainer = new GeneratorTrainer(Generator("out") with { Precision = precision, Steps = 60, LearningRate = 1e-2 });
            Assert.True(trainer.Run(default));
            Assert.True(trainer.EpochBits[1] < trainer.EpochBits[0] - 0.1, string.Join(' ', trainer.EpochBits));
            bits.Add(trainer.EpochBits[1]);
            AssertSteady(() => trainer.Step(1e-3), () => trainer.Validate());
        }

        // Short runs at a high rate part ways; both learn as much.
        Assert.InRange(bits[1] / bits[0], 0.9, 1.1);
        Assert.NotEqual(bits[0], bits[1]);
    }

    [Fact]
    public void Half_precision_is_refused_on_the_cpu()
    {
        Check.Refused(() => new VqvaeTrainer(Vqvae("none") with { Precision = TrainingPrecision.Fp16 }), "--device cuda", "bf16");
        Check.Refused(() => new GeneratorTrainer(Generator("none") with { Precision = TrainingPrecision.Fp16 }), "--device cuda", "bf16");
    }

    [Fact]
    public void Steps_of_the_vqvae_trainer_leave_no_tensors()
    {
        using var trainer = new VqvaeTrainer(Vqvae("out") with { UnquantizedSteps = 2, RestartInterval = 1 });
        AssertSteady(() => trainer.Step(1e-3), () => trainer.Validate());
    }

    [Fact]
    public void Steps_of_the_generator_trainer_leave_no_tensors()
    {
        SaveCodecs();
        using var trainer = new GeneratorTrainer(Generator("out") with { Dropout = 0.1 });
        AssertSteady(() => trainer.Step(1e-3), () => trainer.Validate());
    }

    [Fact]
    public void Silence_trains_to_finite_weights()
    {
        Directory.CreateDirectory(_folder["silent"]);
        U16File.Write(_folder["silent/a.u16"], new float[20_000]);
        var options = Vqvae("out") with
        {
            DataDirectory = _folder["silent"],
            ValidationDirectory = _folder["silent"],
            Loss = "mse=1,stft=0.1,mel=0.1",
            UnquantizedSteps = 5,
        };
        using var trainer = new VqvaeTrainer(options);
        Assert.True(trainer.Run(default));
        Assert.All(trainer.Model.parameters(), p => Assert.All(p.detach().ToArray<float>(), v => Assert.True(float.IsFinite(v))));

        // SI-SDR of silence is not defined: the field stays empty.
        Assert.Equal("", File.ReadLines(_folder["out/vqvae_8/metrics.csv"]).Last().Split(',')[^2]);
    }

    [Fact]
    public void Held_out_pieces_may_be_shorter_than_a_segment()
    {
        SaveCodecs();
        using var trainer = new GeneratorTrainer(Generator("out") with { InputLength = 16_384 });
        Assert.InRange(trainer.Validate()!.BitsPerCode, 0.1, 12);
    }

    [Fact]
    public void Held_out_bits_are_those_of_one_pass_over_each_piece()
    {
        SaveCodecs();
        var options = Generator("out");
        Music.Write(_folder["held"], 90_000, 2100);
        using var trainer = new GeneratorTrainer(options);
        var bits = trainer.Validate()!.BitsPerCode;

        using var audio = new U16Dataset(_folder["held"], 64);
        using var corpus = CodeCorpus.Open(options.Configuration, 1, _folder["w"], audio, _folder["out/codes"], Device.CPU);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        double sum = 0;
        long count = 0;
        foreach (var piece in corpus.Pieces)
        {
            var length = (piece.Length - 1) / 4 * 4;
            var fine = new ushort[length + 1];
            piece.Fine.ReadRaw(0, fine);
            var coarse = new ushort[piece.Coarse!.Length];
            piece.Coarse.ReadRaw(0, coarse);
            var context = trainer.Context!.forward(torch.tensor(Array.ConvertAll(coarse, c => (long)c), 1, coarse.Length));
            var inputs = Array.ConvertAll(fine[..^1], c => (long)c);
            var (logits, _, _) = trainer.Generator.forward(
                torch.tensor(inputs, 1, length),
                context.narrow(1, 0, length),
                trainer.Generator.InitialState(1, Device.CPU)
            );
            var probabilities = logits.log_softmax(-1).ToArray<float>();
            for (var i = 0; i < length; i++)
            {
                sum -= probabilities[(i * 32) + fine[i + 1]] / Math.Log(2);
            }

            count += length;
        }

        Assert.Equal(sum / count, bits, 1e-4);
    }

    [Fact]
    public void A_time_limit_ends_the_run_and_resuming_it_trains_no_further()
    {
        var options = Vqvae("out") with { Steps = 100_000, Epochs = 3, TimeLimitMinutes = 0.02 };
        using (var trainer = new VqvaeTrainer(options))
        {
            Assert.True(trainer.Run(default));
        }

        var final = File.ReadAllBytes(_folder["out/vqvae_8_encoder.safetensors"]);
        Assert.Equal(final, File.ReadAllBytes(_folder["out/vqvae_8_encoder_00001.safetensors"]));
        Assert.Equal(2, File.ReadAllLines(_folder["out/vqvae_8/metrics.csv"]).Length);
        using (var trainer = new VqvaeTrainer(options with { Resume = true }))
        {
            Assert.True(trainer.Run(default));
        }

        Assert.Equal(final, File.ReadAllBytes(_folder["out/vqvae_8_encoder.safetensors"]));
        Assert.Equal(2, File.ReadAllLines(_folder["out/vqvae_8/metrics.csv"]).Length);
    }

    [Fact]
    public void Numbered_weights_are_gone_on_from()
    {
        using (var trainer = new VqvaeTrainer(Vqvae("out")))
        {
            Assert.True(trainer.Run(default));
        }

        var options = Vqvae("out") with { StartEpoch = 1, Epochs = 3 };
        using (var trainer = new VqvaeTrainer(options))
        {
            var loaded = trainer.Model.Encoder.parameters().First().detach().ToArray<float>();
            var saved = Torch.Safetensors.Load(_folder["out/vqvae_8_encoder_00001.safetensors"])["conv.0.weight"].ToArray<float>();
            Assert.Equal(saved, loaded);
            Assert.True(trainer.Run(default));
        }

        Assert.True(File.Exists(_folder["out/vqvae_8_encoder_00003.safetensors"]));
        Check.Refused(() => new VqvaeTrainer(options with { StartEpoch = 3 }), "--epochs");
        Check.Refused(() => new VqvaeTrainer(options with { StartEpoch = 2, Epochs = 5, OutputDirectory = _folder["w"] }), "00002");
        Check.Refused(() => new VqvaeTrainer(options with { Resume = true }), "--resume", "--start-epoch");
    }

    // A step of Adam with these moments moves a weight by hardly more than the learning rate, which is here a tenth of the peak.
    [Fact]
    public void The_learning_rate_rises_again_where_numbered_weights_are_gone_on_from()
    {
        var options = Vqvae("out") with { WarmupSteps = 10, UnquantizedSteps = 1000 };
        using (var trainer = new VqvaeTrainer(options))
        {
            Assert.True(trainer.Run(default));
        }

        var moves = LargestMoves(options with { StartEpoch = 1 }, 23);
        Assert.InRange(moves[21], 1e-6, 1.3e-4);
        Assert.InRange(moves[22], 1e-6, 2.6e-4);
    }

    [Fact]
    public void The_learning_rate_rises_again_where_the_codebook_begins()
    {
        var moves = LargestMoves(Vqvae("out") with { WarmupSteps = 10, UnquantizedSteps = 15 }, 30);
        Assert.InRange(moves[15], 4e-4, 1.3e-3);
        Assert.InRange(moves[16], 1e-6, 1.3e-4);
        Assert.InRange(moves[17], 1e-6, 2.6e-4);
        Assert.InRange(moves[28], 2e-4, 1.3e-3);
    }

    [Fact]
    public void A_run_that_is_broken_off_while_its_learning_rate_rises_again_ends_as_if_it_had_not()
    {
        var options = Vqvae("whole") with { WarmupSteps = 12, UnquantizedSteps = 10, Epochs = 3 };
        foreach (var output in new[] { "whole", "parts" })
        {
            using var trainer = new VqvaeTrainer(options with { OutputDirectory = _folder[output], Epochs = 1 });
            Assert.True(trainer.Run(default));
        }

        options = options with { StartEpoch = 1, NewCodebook = true };
        using (var trainer = new VqvaeTrainer(options))
        {
            Assert.True(trainer.Run(default));
        }

        // Within both ramps: that of the beginning, and that of the codebook at step 30.
        var parts = options with
        {
            OutputDirectory = _folder["parts"],
        };
        using (var trainer = new VqvaeTrainer(parts))
        {
            Assert.False(trainer.Run(StopAt(told => trainer.Stepped += told, 25)));
        }

        parts = parts with { Resume = true, StartEpoch = 0 };
        using (var trainer = new VqvaeTrainer(parts))
        {
            Assert.False(trainer.Run(StopAt(told => trainer.Stepped += told, 34)));
        }

        using (var trainer = new VqvaeTrainer(parts))
        {
            Assert.True(trainer.Run(default));
        }

        AssertSameFiles("vqvae_8_encoder.safetensors", "vqvae_8_decoder.safetensors", "vqvae_8_codebook.safetensors");
    }

    [Theory]
    [InlineData(CodebookLearning.Ema)]
    [InlineData(CodebookLearning.Gradient)]
    public void A_decoder_that_learns_alone_leaves_the_codes(CodebookLearning learning)
    {
        var options = Vqvae("out") with { Codebook = learning };
        using (var trainer = new VqvaeTrainer(options))
        {
            Assert.True(trainer.Run(default));
        }

        options = options with { StartEpoch = 2, Epochs = 6, DecoderOnly = true };
        string[] kept = ["encoder", "codebook"];
        var before = kept.Append("decoder").ToDictionary(p => p, Weights);
        using (var trainer = new VqvaeTrainer(options))
        {
            var start = trainer.Validate()!.Loss;
            Assert.True(trainer.Run(default));
            Assert.True(trainer.Validate()!.Loss < 0.97 * start, $"the held-out loss went from {start} to {trainer.Validate()!.Loss}");
        }

        Assert.All(kept, part => Assert.Equal(before[part], Weights(part)));
        Assert.NotEqual(before["decoder"], Weights("decoder"));
        Check.Refused(() => new VqvaeTrainer(options with { StartEpoch = 0 }), "--decoder-only", "--start-epoch");
        Check.Refused(() => new VqvaeTrainer(options with { NewCodebook = true }), "--decoder-only", "--new-codebook");

        byte[] Weights(string part) => File.ReadAllBytes(_folder[$"out/vqvae_8_{part}.safetensors"]);
    }

    [Fact]
    public void A_checkpoint_of_another_run_is_refused()
    {
        SaveCodecs();
        using (var trainer = new GeneratorTrainer(Generator("out") with { BatchSize = 1, Epochs = 1, Steps = 2 }))
        {
            Assert.True(trainer.Run(default));
        }

        var resume = Generator("out") with { Resume = true };
        Check.Refused(() => new GeneratorTrainer(resume with { BatchSize = 4 }), "generator_8_checkpoint.safetensors");
        Check.Refused(
            () => new GeneratorTrainer(resume with { BatchSize = 1, WithoutContext = true }),
            "generator_8_checkpoint.safetensors"
        );
        File.WriteAllText(_folder["out/generator_8_checkpoint.safetensors"], "no checkpoint");
        Check.Refused(() => new GeneratorTrainer(resume), "generator_8_checkpoint.safetensors");
        File.Delete(_folder["out/generator_8_checkpoint.safetensors"]);
        Check.Refused(() => new GeneratorTrainer(resume), "--resume");
    }

    [Fact]
    public void Options_out_of_range_are_refused_before_anything_is_written()
    {
        var vqvae = Vqvae("none");
        Check.Refused(() => new VqvaeTrainer(vqvae with { BatchSize = 0 }), "--batch-size 0");
        Check.Refused(() => new VqvaeTrainer(vqvae with { InputLength = 1001 }), "--input-length 1001", "1000");
        Check.Refused(() => new VqvaeTrainer(vqvae with { BatchSize = 65536, InputLength = 65536 }), "--batch-size", "--input-length");
        Check.Refused(() => new VqvaeTrainer(vqvae with { LearningRate = double.NaN }), "--learning-rate");
        Check.Refused(() => new VqvaeTrainer(vqvae with { Device = "tpu" }), "'tpu'");
        Check.Refused(() => new VqvaeTrainer(vqvae with { DataDirectory = _folder["nothing"] }), _folder["nothing"]);
        Check.Refused(() => new VqvaeTrainer(vqvae with { Loss = "stft", InputLength = 64 }), "64 samples");
        var generator = Generator("none");
        Check.Refused(() => new GeneratorTrainer(generator with { ChunkCodes = 6 }), "--chunk 6");
        Check.Refused(() => new GeneratorTrainer(generator with { Dropout = 1 }), "--dropout 1");
        Check.Refused(() => new GeneratorTrainer(generator), "vqvae_8_encoder");
        Assert.False(Directory.Exists(_folder["none"]));
    }

    private static CancellationToken StopAt(Action<Action<long>> tell, int step)
    {
        var source = new CancellationTokenSource();
        tell(done =>
        {
            if (done == step)
            {
                source.Cancel();
            }
        });
        return source.Token;
    }

    private static void AssertSteady(Action step, Action validate)
    {
        for (var i = 0; i < 5; i++)
        {
            step();
        }

        validate();
        var before = Check.LiveTensors();
        for (var i = 0; i < 50; i++)
        {
            step();
        }

        validate();
        Assert.Equal(before, torch.live_tensors);
    }

    private void AssertSameFiles(params string[] names)
    {
        foreach (var name in names)
        {
            Assert.True(
                File.ReadAllBytes(_folder[$"whole/{name}"]).AsSpan().SequenceEqual(File.ReadAllBytes(_folder[$"parts/{name}"])),
                $"{name} differs"
            );
        }
    }

    // The largest move of any weight of the networks in each step up to one, by step.
    private static Dictionary<long, double> LargestMoves(VqvaeTrainingOptions options, long last)
    {
        using var trainer = new VqvaeTrainer(options);
        using CancellationTokenSource enough = new();
        var weights = Weights();
        Dictionary<long, double> moves = [];
        trainer.Stepped += step =>
        {
            var now = Weights();
            moves[step] = now.Zip(weights, (a, b) => Math.Abs((double)a - b)).Max();
            weights = now;
            if (step == last)
            {
                enough.Cancel();
            }
        };
        Assert.False(trainer.Run(enough.Token));
        return moves;

        float[] Weights() =>
            [.. trainer.Model.Encoder.parameters().Concat(trainer.Model.Decoder.parameters()).SelectMany(p => p.detach().ToArray<float>())];
    }

    private VqvaeTrainingOptions Vqvae(string output) =>
        new()
        {
            Configuration = TinyHierarchy.Create(),
            LevelIndex = 1,
            DataDirectory = _folder["data"],
            ValidationDirectory = _folder["held"],
            OutputDirectory = _folder[output],
            BatchSize = 2,
            InputLength = 512,
            LearningRate = 1e-3,
            Steps = 20,
            Epochs = 2,
            UnquantizedSteps = 10,
            RestartInterval = 5,
        };

    private GeneratorTrainingOptions Generator(string output) =>
        new()
        {
            Configuration = TinyHierarchy.Create(),
            LevelIndex = 1,
            DataDirectory = _folder["data"],
            ValidationDirectory = _folder["held"],
            VqvaeWeightsDirectory = _folder["w"],
            OutputDirectory = _folder[output],
            BatchSize = 2,
            InputLength = 2048,
            ChunkCodes = 32,
            LearningRate = 1e-3,
            Steps = 10,
            Epochs = 2,
        };

    private void SaveCodecs()
    {
        Directory.CreateDirectory(_folder["w"]);
        torch.manual_seed(5);
        foreach (var level in TinyHierarchy.Create().Levels)
        {
            using var scope = torch.NewDisposeScope();
            using var model = new Vqvae(level);
            using (var noGrad = torch.no_grad())
            {
                var audio = torch.tensor(Music.Phrase(16_384, 3), 1, 16_384);
                model.Quantizer.InitializeByKMeans(model.EncodeLatents(audio).transpose(1, 2).reshape(-1, 4));
            }

            VqvaeWeights.Save(model, _folder["w"], level.VqvaeName);
        }
    }
}
