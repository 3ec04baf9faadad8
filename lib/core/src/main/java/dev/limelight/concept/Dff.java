package dev.limelight.concept;

import dev.limelight.Explainer;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Deep feature factorisation: what parts a network sees in a set of pictures, whatever it predicts.
 * The activations at all locations of all pictures are factorised together, and each factor is a
 * map on each picture, so that the same part has the same factor everywhere.
 *
 * @param layer whose activations they are
 * @param parts the directions, (k, C), each of length 1; those that explain most first
 * @param maps of each picture: one a part, in the units of the activations
 * @param error of the factorisation, {@code |A - U W| / |A|}
 * @param notes what a reader must know, a sentence each
 * @see <a href="https://arxiv.org/abs/1806.10206">Collins et al. 2018, Deep Feature Factorization
 *     For Concept Discovery</a>
 */
public record Dff(
    String layer, double[][] parts, List<List<Heatmap>> maps, double error, List<String> notes) {

  /** Copies. */
  public Dff {
    parts = Arrays.stream(parts).map(double[]::clone).toArray(double[][]::new);
    maps = maps.stream().map(List::copyOf).toList();
    notes = List.copyOf(notes);
  }

  /**
   * The k parts of pictures.
   *
   * @throws UnsupportedException if the layer has many negative activations, or there are fewer
   *     locations or channels than parts
   */
  public static Dff of(Explainer explainer, List<Picture> pictures, int k) {
    if (pictures.isEmpty()) {
      throw new UnsupportedException("a factorisation needs pictures, but got none");
    }
    Views views = Views.of(explainer);
    LayerReader reader = new LayerReader(explainer);
    List<LayerReader.Maps> all =
        reader.each(pictures.size(), i -> views.input(views.view(pictures.get(i))), maps -> maps);
    List<double[]> rows = new ArrayList<>();
    all.forEach(maps -> rows.addAll(List.of(maps.rows())));
    Nmf factors = Nmf.of(rows.toArray(double[][]::new), k).largestFirst();
    List<List<Heatmap>> maps = new ArrayList<>();
    int from = 0;
    for (LayerReader.Maps one : all) {
      List<Heatmap> ofPicture = new ArrayList<>();
      for (int j = 0; j < k; j++) {
        float[] values = new float[one.rows().length];
        for (int l = 0; l < values.length; l++) {
          values[l] = (float) factors.coefficients()[from + l][j];
        }
        ofPicture.add(new Heatmap(one.width(), one.height(), values, Heatmap.CONCEPT));
      }
      maps.add(ofPicture);
      from += one.rows().length;
    }
    return new Dff(reader.layer(), factors.parts(), maps, factors.error(), reader.notes());
  }
}
