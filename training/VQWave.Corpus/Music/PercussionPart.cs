namespace VQWave.Corpus.Music;

/// <summary>Writes one bar of light percussion in the piece's style.</summary>
internal static class PercussionPart
{
    private const int Kick = 36;
    private const int SideStick = 37;
    private const int Snare = 38;
    private const int ClosedHat = 42;
    private const int PedalHat = 44;
    private const int Ride = 51;
    private const int Shaker = 70;

    public static void WriteBar(Score score, Ensemble ensemble, int bar, double dynamic, bool isLastOfPhrase)
    {
        SeededRandom random = score.Random;
        bool inThree = score.QuartersPerBar == 3;
        void Hit(int key, double velocity, double eighth) =>
            score.Add(ensemble.Kit!, key, velocity * (0.7 + (0.3 * dynamic)), bar, eighth, 0.8);

        Hit(Kick, 42, 0);
        if (!inThree && random.Chance(0.6))
        {
            Hit(Kick, 36, random.Chance(0.7) ? 4 : 5);
        }

        switch (ensemble.Percussion)
        {
            case PercussionStyle.Brushes:
                for (int eighth = 0; eighth < score.EighthsPerBar; eighth += 2)
                {
                    Hit(ClosedHat, eighth % 4 == 2 ? 66 : 54, eighth);
                    if (random.Chance(0.35))
                    {
                        Hit(ClosedHat, 44, eighth + 1);
                    }
                }

                Hit(Snare, 56, inThree ? 4 : 2);
                if (!inThree)
                {
                    Hit(Snare, 60, 6);
                }

                break;

            case PercussionStyle.Shaker:
                for (int eighth = 0; eighth < score.EighthsPerBar; eighth++)
                {
                    Hit(Shaker, eighth % 2 == 0 ? 46 : 34, eighth);
                }

                Hit(SideStick, 48, inThree ? 4 : 6);
                break;

            default:
                for (int eighth = 0; eighth < score.EighthsPerBar; eighth += 2)
                {
                    Hit(Ride, eighth % 4 == 0 ? 54 : 45, eighth);
                }

                if (random.Chance(0.6))
                {
                    Hit(Ride, 38, score.EighthsPerBar - 1);
                }

                Hit(PedalHat, 52, 2);
                if (!inThree)
                {
                    Hit(PedalHat, 52, 6);
                }

                break;
        }

        if (isLastOfPhrase && random.Chance(0.5))
        {
            int fill = ensemble.Percussion == PercussionStyle.Brushes ? Snare : SideStick;
            Hit(fill, 40, score.EighthsPerBar - 1.5);
            Hit(fill, 46, score.EighthsPerBar - 1);
        }
    }
}
