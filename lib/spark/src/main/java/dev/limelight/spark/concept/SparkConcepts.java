package dev.limelight.spark.concept;

import dev.limelight.Explainer;
import dev.limelight.concept.ConceptBank;
import dev.limelight.concept.ConceptMaps;
import dev.limelight.concept.ConceptRun;
import dev.limelight.concept.ConceptSample;
import dev.limelight.concept.ConceptSettings;
import dev.limelight.concept.Concepts;
import dev.limelight.data.ImageSet;
import dev.limelight.spark.LimelightJob;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * {@link Concepts} of a set on Apache Spark: the driver factorises the activations of a sample, and
 * the executors find these concepts in all pictures and weigh them. With all pictures as the
 * sample, the result is that of one machine for the same pictures in the order of their paths.
 */
public final class SparkConcepts {

  private SparkConcepts() {}

  /**
   * The concepts of a class.
   *
   * @param job with the model and its input; at one layer at most
   * @param driver the same model on this machine, at the same layer
   * @param sample of which the concepts are made, as many pictures as fit into memory
   * @param images all pictures, as for {@link LimelightJob#explain}
   * @throws UnsupportedException as {@link Concepts#of}, or if the network takes none of the
   *     pictures for the class
   */
  public static Concepts of(
      LimelightJob job,
      Explainer driver,
      ImageSet sample,
      Dataset<Row> images,
      ConceptSettings settings) {
    ConceptSample found = Concepts.sample(driver, sample, settings);
    ConceptBank bank = found.bank();
    int pairs = settings.pairs();
    List<ConceptMaps> maps =
        new ArrayList<>(
            job.map(
                    images,
                    (explainer, paths, pictures) ->
                        new ConceptRun(explainer, bank, pairs).ofClass(pictures, paths))
                .collect());
    if (maps.isEmpty()) {
      throw new UnsupportedException(
          "the network takes none of the pictures for the class of the concepts; give others");
    }
    maps.sort(Comparator.comparing(ConceptMaps::name));
    List<ConceptMaps> numbered = new ArrayList<>();
    for (ConceptMaps one : maps) {
      numbered.add(one.numbered(numbered.size()));
    }
    return found.weighed(numbered);
  }
}
