using VQWave.Models;

namespace VQWave.Surface;

/// <summary>
/// A colour for each code, by where it lies in its codebook: the first two principal components are hue and the third is lightness, so that neighbours in the
/// codebook, which sound alike, look alike.
/// </summary>
internal static class CodebookPalette
{
    private const int Components = 3;
    private const int Iterations = 60;
    private const double Chroma = 0.13;

    /// <summary>Colours of all levels.</summary>
    /// <param name="directory">The pack's folder.</param>
    /// <returns>By level, coarsest first: its compression, and red, green and blue of each code.</returns>
    /// <exception cref="VQWaveException">The pack cannot be read.</exception>
    public static IReadOnlyList<(int Compression, byte[] Colors)> Of(string directory) =>
        [
            .. ModelPack
                .ReadManifest(directory)
                .Configuration.Levels.Select(l =>
                    (l.Compression, Colors(CodebookVectors.Read(directory, l), l.CodebookSize, l.CodebookDimension))
                ),
        ];

    /// <summary>Colours of one codebook.</summary>
    /// <param name="vectors">[codes × dimension].</param>
    /// <param name="codes">Number of codes.</param>
    /// <param name="dimension">Their dimension.</param>
    public static byte[] Colors(ReadOnlySpan<float> vectors, int codes, int dimension)
    {
        var centred = Centre(vectors, codes, dimension);
        var places = new double[Components][];
        for (var i = 0; i < Components; i++)
        {
            // By rank: a few codes far out must not leave all others one colour.
            places[i] = Ranks(Project(centred, codes, dimension));
        }

        var colors = new byte[3 * codes];
        for (var code = 0; code < codes; code++)
        {
            var x = (2 * places[0][code]) - 1;
            var y = (2 * places[1][code]) - 1;
            var lightness = 0.58 + (0.3 * places[2][code]);
            Write(colors.AsSpan(3 * code, 3), lightness, Math.Atan2(y, x), Chroma * Math.Min(1, 0.35 + Math.Sqrt((x * x) + (y * y))));
        }

        return colors;
    }

    private static double[] Centre(ReadOnlySpan<float> vectors, int codes, int dimension)
    {
        var centred = new double[codes * dimension];
        for (var d = 0; d < dimension; d++)
        {
            var mean = 0.0;
            for (var code = 0; code < codes; code++)
            {
                mean += vectors[(code * dimension) + d] / codes;
            }

            for (var code = 0; code < codes; code++)
            {
                centred[(code * dimension) + d] = vectors[(code * dimension) + d] - mean;
            }
        }

        return centred;
    }

    // The strongest component by power iteration; it is taken out of the vectors.
    private static double[] Project(double[] centred, int codes, int dimension)
    {
        var axis = new double[dimension];
        for (var d = 0; d < dimension; d++)
        {
            axis[d] = 1.0 / (d + 1);
        }

        var shares = new double[codes];
        for (var iteration = 0; iteration <= Iterations; iteration++)
        {
            Normalise(axis);
            for (var code = 0; code < codes; code++)
            {
                var sum = 0.0;
                for (var d = 0; d < dimension; d++)
                {
                    sum += centred[(code * dimension) + d] * axis[d];
                }

                shares[code] = sum;
            }

            if (iteration == Iterations)
            {
                break;
            }

            Array.Clear(axis);
            for (var i = 0; i < centred.Length; i++)
            {
                axis[i % dimension] += shares[i / dimension] * centred[i];
            }
        }

        for (var i = 0; i < centred.Length; i++)
        {
            centred[i] -= shares[i / dimension] * axis[i % dimension];
        }

        return shares;
    }

    private static void Normalise(double[] axis)
    {
        var norm = Math.Sqrt(axis.Sum(v => v * v));
        for (var d = 0; d < axis.Length; d++)
        {
            axis[d] = norm > 0 ? axis[d] / norm : 0;
        }
    }

    // 0 to 1 by order.
    private static double[] Ranks(double[] values)
    {
        var order = Enumerable.Range(0, values.Length).ToArray();
        Array.Sort((double[])values.Clone(), order);
        var ranks = new double[values.Length];
        for (var i = 0; i < order.Length; i++)
        {
            ranks[order[i]] = (double)i / Math.Max(1, order.Length - 1);
        }

        return ranks;
    }

    // OKLCH to sRGB (Ottosson 2020): equal steps look equal, and all hues are about as bright.
    private static void Write(Span<byte> rgb, double lightness, double hue, double chroma)
    {
        var a = chroma * Math.Cos(hue);
        var b = chroma * Math.Sin(hue);
        var l = Cube(lightness + (0.3963377774 * a) + (0.2158037573 * b));
        var m = Cube(lightness - (0.1055613458 * a) - (0.0638541728 * b));
        var s = Cube(lightness - (0.0894841775 * a) - (1.2914855480 * b));
        rgb[0] = Encode((4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s));
        rgb[1] = Encode((-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s));
        rgb[2] = Encode((-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s));
    }

    private static double Cube(double value) => value * value * value;

    private static byte Encode(double linear)
    {
        var held = Math.Clamp(linear, 0, 1);
        var encoded = held <= 0.0031308 ? 12.92 * held : (1.055 * Math.Pow(held, 1 / 2.4)) - 0.055;
        return (byte)Math.Round(255 * encoded);
    }
}
