namespace VQWave.Analysis;

/// <summary>Eigen-decomposition of symmetric matrices by cyclic Jacobi rotations (Golub and Van Loan, section 8.5).</summary>
internal static class SymmetricEigen
{
    private const int MaxSweeps = 60;

    /// <summary>Eigenvalues, unordered, and eigenvectors in the columns of a matrix: A = V·diag(values)·Vᵀ.</summary>
    public static (double[] Values, double[,] Vectors) Decompose(double[,] matrix)
    {
        int n = matrix.GetLength(0);
        double[,] a = (double[,])matrix.Clone();
        double[,] v = new double[n, n];
        double scale = 0;
        for (int i = 0; i < n; i++)
        {
            v[i, i] = 1;
            for (int j = 0; j < n; j++)
            {
                scale += a[i, j] * a[i, j];
            }
        }

        for (int sweep = 0; sweep < MaxSweeps; sweep++)
        {
            double off = 0;
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    off += a[p, q] * a[p, q];
                }
            }

            if (off <= 1e-26 * scale)
            {
                break;
            }

            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    Rotate(a, v, p, q);
                }
            }
        }

        double[] values = new double[n];
        for (int i = 0; i < n; i++)
        {
            values[i] = a[i, i];
        }

        return (values, v);
    }

    /// <summary>The symmetric square root of a positive semidefinite matrix; eigenvalues below 0 are rounding and count as 0.</summary>
    public static double[,] SquareRoot(double[,] matrix)
    {
        (double[] values, double[,] vectors) = Decompose(matrix);
        int n = values.Length;
        double[,] root = new double[n, n];
        for (int k = 0; k < n; k++)
        {
            double value = Math.Sqrt(Math.Max(0, values[k]));
            for (int i = 0; i < n; i++)
            {
                double left = value * vectors[i, k];
                for (int j = 0; j < n; j++)
                {
                    root[i, j] += left * vectors[j, k];
                }
            }
        }

        return root;
    }

    private static void Rotate(double[,] a, double[,] v, int p, int q)
    {
        double apq = a[p, q];
        if (apq == 0)
        {
            return;
        }

        double theta = (a[q, q] - a[p, p]) / (2 * apq);
        double t = Math.CopySign(1, theta) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        double c = 1 / Math.Sqrt((t * t) + 1);
        double s = t * c;
        int n = a.GetLength(0);
        for (int k = 0; k < n; k++)
        {
            (a[k, p], a[k, q]) = ((c * a[k, p]) - (s * a[k, q]), (s * a[k, p]) + (c * a[k, q]));
            (v[k, p], v[k, q]) = ((c * v[k, p]) - (s * v[k, q]), (s * v[k, p]) + (c * v[k, q]));
        }

        for (int k = 0; k < n; k++)
        {
            (a[p, k], a[q, k]) = ((c * a[p, k]) - (s * a[q, k]), (s * a[p, k]) + (c * a[q, k]));
        }
    }
}
