package dev.limelight.concept;

import dev.limelight.Explainer;
import dev.limelight.audit.Audit;
import dev.limelight.audit.AuditRow;
import dev.limelight.audit.Cluster;
import dev.limelight.data.ImageSet;
import dev.limelight.image.Heatmap;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The concept that carries a suspicious cluster of an audit: what the network recognises in the
 * region where the class has its evidence.
 *
 * @param cluster of the audit
 * @param concepts of its class
 * @param carrier the concept with most of the evidence in the region, or none where {@link
 *     #carried} is false
 * @param times how many times as strong that concept is in the region as in the whole picture
 */
public record ClusterConcept(Cluster cluster, Concepts concepts, Concept carrier, double times) {

  /** A concept that is hardly stronger in the region than elsewhere does not carry it. */
  private static final double FEWEST_TIMES = 1.5;

  /** More pictures of a class make its concepts hardly any better. */
  private static final int MOST_PICTURES = 100;

  /**
   * The concepts that carry the suspicious clusters of an audit; none if no cluster is suspicious.
   *
   * @param images that were audited
   * @param settings of the concepts; their class is that of the cluster
   * @throws UnsupportedException as {@link Concepts#of}
   */
  public static List<ClusterConcept> of(
      Explainer explainer, ImageSet images, Audit audit, ConceptSettings settings) {
    Map<Integer, Concepts> classes = new HashMap<>();
    List<ClusterConcept> all = new ArrayList<>();
    for (Cluster cluster : audit.suspicious()) {
      Concepts concepts =
          classes.computeIfAbsent(
              cluster.predicted(),
              predicted ->
                  Concepts.of(
                      explainer,
                      ofClass(images, audit, predicted),
                      settings.of(Target.of(predicted))));
      all.add(of(cluster, concepts));
    }
    return all;
  }

  private static ClusterConcept of(Cluster cluster, Concepts concepts) {
    Concept carrier = concepts.concepts().get(0);
    double most = -1;
    double times = 0;
    for (Concept concept : concepts.concepts()) {
      double inside = inside(cluster, concepts, concept.number() - 1);
      if (concept.share() * inside > most) {
        most = concept.share() * inside;
        carrier = concept;
        times = inside / cluster.area();
      }
    }
    return new ClusterConcept(cluster, concepts, carrier, times);
  }

  /** The share of a concept that is in the region, over all pictures of the class. */
  private static double inside(Cluster cluster, Concepts concepts, int concept) {
    double inside = 0;
    double total = 0;
    for (ConceptMaps maps : concepts.maps()) {
      Heatmap map = maps.map(concept).resized(AuditRow.SIDE, AuditRow.SIDE);
      for (int y = 0; y < AuditRow.SIDE; y++) {
        for (int x = 0; x < AuditRow.SIDE; x++) {
          total += map.get(x, y);
          inside += cluster.region().get(x, y) ? map.get(x, y) : 0;
        }
      }
    }
    return total == 0 ? 0 : inside / total;
  }

  /** Whether one concept carries it. */
  public boolean carried() {
    return carrier.share() > 0 && times >= FEWEST_TIMES;
  }

  /** Which concept it is, in a sentence. */
  public String sentence() {
    return carried()
        ? String.format(
            Locale.ROOT,
            "concept %d of %s carries it: %.0f %% of the class's evidence, and %.1f times as strong"
                + " in this part of the picture as in the whole",
            carrier.number(),
            concepts.label(),
            100 * carrier.share(),
            times)
        : "none of the " + concepts.concepts().size() + " concepts of the class carries it alone";
  }

  /** The pictures of one predicted class, evenly from all. */
  private static ImageSet ofClass(ImageSet images, Audit audit, int predicted) {
    int[] all =
        audit.rows().stream()
            .filter(row -> row.predicted() == predicted)
            .mapToInt(AuditRow::index)
            .toArray();
    return images.only(all).sample(MOST_PICTURES);
  }
}
