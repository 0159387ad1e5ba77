using VQWave.Training.Evaluation;

namespace VQWave.Training.Tests.Evaluation;

public sealed class CodeRowTests
{
    [Fact]
    public void Enough_codes_cover_every_target_once()
    {
        int[] lengths = [5001, 40, 12345];
        var rows = CodeRow.Plan(lengths, 4, 1_000_000);
        for (var file = 0; file < lengths.Length; file++)
        {
            var targets = rows.Where(r => r.File == file).SelectMany(r => Enumerable.Range(r.Start + 1, r.Count)).ToList();
            Assert.Equal(Enumerable.Range(1, lengths[file] - 1), targets);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    [InlineData(20000)]
    [InlineData(77777)]
    public void A_limit_is_kept_used_and_spread(long limit)
    {
        int[] lengths = [30001, 500, 60000, 45000];
        var rows = CodeRow.Plan(lengths, 4, limit);
        var total = rows.Sum(r => (long)r.Count);
        Assert.InRange(total, limit * 0.99, limit);
        Assert.All(
            rows,
            r =>
            {
                Assert.Equal(0, r.Start % 4);
                Assert.InRange(r.Start + r.Count, 1, lengths[r.File] - 1);
            }
        );
        foreach (var pair in rows.Zip(rows.Skip(1)).Where(p => p.First.File == p.Second.File))
        {
            Assert.True(pair.First.Start + pair.First.Count <= pair.Second.Start);
        }

        if (limit >= 20000)
        {
            // What the file of 500 codes cannot use goes to the others, evenly.
            var share = (limit - 499) / 3.0;
            Assert.Equal(499, rows.Where(r => r.File == 1).Sum(r => r.Count));
            Assert.All(new[] { 0, 2, 3 }, file => Assert.Equal(share, rows.Where(r => r.File == file).Sum(r => r.Count), 50.0));
            Assert.True(rows.Where(r => r.File == 2).Max(r => r.Start) > 60000 / 2);
        }
    }

    [Fact]
    public void Files_of_a_single_code_give_none() => Assert.Empty(CodeRow.Plan([1, 0], 4, 100));
}
