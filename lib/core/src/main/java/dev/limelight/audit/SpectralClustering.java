package dev.limelight.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.clustering.CentroidCluster;
import org.hipparchus.clustering.DoublePoint;
import org.hipparchus.clustering.KMeansPlusPlusClusterer;
import org.hipparchus.clustering.MultiKMeansPlusPlusClusterer;
import org.hipparchus.clustering.distance.EuclideanDistance;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.random.Well19937c;

/**
 * Groups similar maps, as in Lapuschkin et al. 2019, Unmasking Clever Hans predictors: a graph
 * joins each map to its nearest neighbours, and the eigenvectors of its normalised Laplacian are
 * grouped by k-means; the largest gap between eigenvalues gives the number of groups. The distance
 * is Hellinger's, {@code |sqrt(p) - sqrt(q)|}, with the local scales of Zelnik-Manor and Perona
 * 2004. Of more than {@link #MAX_MAPS} maps a sample is grouped, and the others join the nearest.
 */
final class SpectralClustering {

  /** The largest sample: more maps would take minutes without a benefit. */
  static final int MAX_MAPS = 500;

  private static final int MAX_CLUSTERS = 8;
  private static final int STARTS = 10;

  private SpectralClustering() {}

  /** The indices of the maps that are grouped: all, or {@link #MAX_MAPS} at equal distances. */
  static int[] sample(int maps) {
    int count = Math.min(MAX_MAPS, maps);
    return IntStream.range(0, count).map(i -> (int) ((long) i * maps / count)).toArray();
  }

  /**
   * The groups.
   *
   * @param maps each with a sum of 1
   */
  static MapGroups of(List<float[]> maps, long seed) {
    double[][] points = maps.stream().map(MapGroups::roots).toArray(double[][]::new);
    return new MapGroups(
        points,
        points.length < Cluster.FEWEST ? new int[points.length] : grouped(affinity(points), seed));
  }

  private static double distance(double[] one, double[] other) {
    return Math.sqrt(MapGroups.squaredDistance(one, other, Double.POSITIVE_INFINITY));
  }

  /**
   * The normalised graph {@code D^-1/2 W D^-1/2}, whose largest eigenvalues are the Laplacian's
   * smallest.
   */
  private static RealMatrix affinity(double[][] points) {
    int n = points.length;
    int neighbours = Math.max(4, (int) Math.ceil(Math.log(n) / Math.log(2)));
    double[][] distances = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        distances[i][j] = distances[j][i] = distance(points[i], points[j]);
      }
    }
    double[] scale = new double[n];
    for (int i = 0; i < n; i++) {
      double[] sorted = distances[i].clone();
      Arrays.sort(sorted);
      scale[i] = Math.max(1e-9, sorted[Math.min(n - 1, neighbours)]);
    }
    double[][] graph = new double[n][n];
    double[] degree = new double[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double d = distances[i][j];
        if (d <= scale[i] || d <= scale[j]) {
          double weight = Math.exp(-d * d / (scale[i] * scale[j]));
          graph[i][j] = graph[j][i] = weight;
          degree[i] += weight;
          degree[j] += weight;
        }
      }
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        graph[i][j] /= Math.sqrt(Math.max(1e-12, degree[i] * degree[j]));
      }
    }
    return MatrixUtils.createRealMatrix(graph);
  }

  private static int[] grouped(RealMatrix graph, long seed) {
    EigenDecompositionSymmetric eigen = new EigenDecompositionSymmetric(graph);
    int n = graph.getRowDimension();
    Integer[] order = IntStream.range(0, n).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> -eigen.getEigenvalue(i)));
    int clusters = clusters(order, eigen);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double[] coordinates = new double[clusters];
      double length = 0;
      for (int k = 0; k < clusters; k++) {
        coordinates[k] = eigen.getEigenvector(order[k]).getEntry(i);
        length += coordinates[k] * coordinates[k];
      }
      for (int k = 0; k < clusters && length > 0; k++) {
        coordinates[k] /= Math.sqrt(length);
      }
      rows.add(new Row(coordinates, i));
    }
    KMeansPlusPlusClusterer<Row> kMeans =
        new KMeansPlusPlusClusterer<>(clusters, 200, new EuclideanDistance(), new Well19937c(seed));
    int[] groups = new int[n];
    int group = 0;
    for (CentroidCluster<Row> cluster :
        new MultiKMeansPlusPlusClusterer<>(kMeans, STARTS).cluster(rows)) {
      for (Row row : cluster.getPoints()) {
        groups[row.index] = group;
      }
      group++;
    }
    return groups;
  }

  /** The number of clusters, from the largest gap between eigenvalues. */
  private static int clusters(Integer[] order, EigenDecompositionSymmetric eigen) {
    int best = 1;
    double largest = 0;
    for (int k = 1; k <= Math.min(MAX_CLUSTERS, order.length - 1); k++) {
      double gap = eigen.getEigenvalue(order[k - 1]) - eigen.getEigenvalue(order[k]);
      if (gap > largest) {
        largest = gap;
        best = k;
      }
    }
    return best;
  }

  /** A map by its coordinates in the space of the eigenvectors. */
  private static final class Row extends DoublePoint {
    private static final long serialVersionUID = 1L;

    private final int index;

    Row(double[] coordinates, int index) {
      super(coordinates);
      this.index = index;
    }
  }
}
