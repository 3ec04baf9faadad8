package dev.limelight.concept;

import dev.limelight.Explainer;
import dev.limelight.data.Example;
import dev.limelight.data.ImageSet;
import dev.limelight.drawing.Gallery;
import dev.limelight.support.Count;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/**
 * What a network looks for in pictures of a class, after CRAFT: crops of the pictures go through
 * the network, the mean activations of each crop at a layer (of parts of it, where the layer has
 * more than 7x7 locations) are factorised into k non-negative concepts, and a concept's importance
 * is the total Sobol index of the score with it, for which only what follows the layer runs. Maps
 * show where each concept is in each picture.
 *
 * <p>The concepts are directions of one layer, and have no names: the crops show what they are.
 * They change with k and with the pictures, so that small ones should not be trusted.
 *
 * @param label the name of the class
 * @param bank the directions, in the order of the concepts
 * @param concepts the most important first
 * @param maps of the pictures of the class, with the concepts in the same order
 * @param rest the share of the evidence for the class that is in none of the concepts
 * @param crops how many were factorised
 * @param error of the factorisation, {@code |A - U W| / |A|}
 * @param notes what a reader must know, a sentence each
 * @see <a href="https://arxiv.org/abs/2211.10154">Fel et al. 2023, CRAFT: Concept Recursive
 *     Activation FacTorization for Explainability</a>
 */
public record Concepts(
    String label,
    ConceptBank bank,
    List<Concept> concepts,
    List<ConceptMaps> maps,
    double rest,
    int crops,
    double error,
    List<String> notes) {

  /** Copies the lists. */
  public Concepts {
    concepts = List.copyOf(concepts);
    maps = List.copyOf(maps);
    notes = List.copyOf(notes);
  }

  /**
   * The k concepts of the class that the network predicts most often on these pictures. Pictures
   * that it takes for another class are left out, which is noted.
   *
   * @throws UnsupportedException if too few pictures are of the class, or the layer has many
   *     negative activations
   */
  public static Concepts of(Explainer explainer, ImageSet images, int k) {
    return of(explainer, images, ConceptSettings.USUAL.concepts(k));
  }

  /**
   * The same with other settings.
   *
   * @throws CancellationException within one batch of an interrupt
   */
  public static Concepts of(Explainer explainer, ImageSet images, ConceptSettings settings) {
    ConceptSample sample = sample(explainer, images, settings);
    List<ConceptSample.Seen> seen = sample.seen();
    ConceptRun run = new ConceptRun(explainer, sample.bank(), settings.pairs());
    return sample.weighed(
        run.ofViews(
            seen.stream().map(ConceptSample.Seen::view).toList(),
            seen.stream().map(ConceptSample.Seen::name).toList(),
            seen.stream().mapToInt(ConceptSample.Seen::index).toArray()));
  }

  /** The concepts, not yet weighed, which may be done on other machines. */
  public static ConceptSample sample(
      Explainer explainer, ImageSet images, ConceptSettings settings) {
    Views views = Views.of(explainer);
    List<ConceptSample.Seen> seen = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted after " + Count.of(i, "picture"));
      }
      try {
        Example example = images.get(i);
        seen.add(new ConceptSample.Seen(i, example.name(), views.view(example.picture())));
      } catch (IOException | UnsupportedException e) {
        notes.add(images.name(i) + " could not be read and is left out: " + e.getMessage());
      }
    }
    if (seen.isEmpty()) {
      throw new UnsupportedException(
          "concepts need pictures, but none of " + images.size() + " could be read");
    }
    return ConceptSample.of(explainer, seen, settings, notes);
  }

  /** The crops that show each concept most, a row a concept. */
  public Gallery gallery() {
    int columns = concepts.stream().mapToInt(one -> one.crops().size()).max().orElse(1);
    Gallery gallery =
        Gallery.grid(
                IntStream.range(0, Math.max(1, columns)).mapToObj(i -> "").toArray(String[]::new))
            .tileHeight(96);
    for (Concept concept : concepts) {
      gallery =
          gallery.row(
              String.format(Locale.ROOT, "%d: %.0f %%", concept.number(), 100 * concept.share()),
              concept.crops().stream().map(Concept.Crop::picture).toList());
    }
    return gallery;
  }

  /** The numbers of each concept, a line each. */
  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    lines.add(
        Count.of(concepts.size(), "concept")
            + " of "
            + label
            + " at layer "
            + bank.layer()
            + ", from "
            + Count.of(crops, "crop")
            + "; weighed on "
            + Count.of(maps.size(), "picture"));
    concepts.forEach(concept -> lines.add(concept.sentence()));
    lines.add(String.format(Locale.ROOT, "in none of them: %.0f %% of the evidence", 100 * rest));
    return String.join("\n", lines);
  }
}
