package dev.limelight.concept;

import dev.limelight.Explainer;
import dev.limelight.data.ClassNames;
import dev.limelight.image.Picture;
import dev.limelight.support.Count;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Target;
import java.awt.Rectangle;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The concepts of a class as crops of some of its pictures give them, not yet weighed. */
public final class ConceptSample {

  private static final int GALLERY = 8;

  /** Fewer pictures of a class say little of it. */
  private static final int FEWEST_PICTURES = 3;

  /** From so many on, concepts are of the class rather than of single pictures. */
  private static final int ENOUGH_PICTURES = 20;

  /** So much of the evidence in no concept is noted. */
  private static final double MUCH_REST = 0.3;

  private final ConceptBank bank;
  private final String label;
  private final List<Place> places;
  private final double[][] coefficients;
  private final double error;
  private final List<Seen> seen;
  private final List<String> notes;

  /**
   * A picture as the network sees it.
   *
   * @param index in its set
   * @param name of the picture
   * @param view at the size of the input
   */
  record Seen(int index, String name, Picture view) {}

  /** A crop of one of the pictures. */
  private record Place(Seen of, Rectangle rectangle) {}

  private ConceptSample(
      ConceptBank bank,
      String label,
      List<Place> places,
      Nmf factors,
      List<Seen> seen,
      List<String> notes) {
    this.bank = bank;
    this.label = label;
    this.places = places;
    this.coefficients = byCrop(factors.coefficients(), places.size());
    this.error = factors.error();
    this.seen = seen;
    this.notes = notes;
  }

  /**
   * Factorises the activations of crops.
   *
   * @param pictures as the network sees them, of any class
   * @param notes so far
   * @throws UnsupportedException if too few of them are of the class, or the layer has many
   *     negative activations
   */
  static ConceptSample of(
      Explainer explainer, List<Seen> pictures, ConceptSettings settings, List<String> notes) {
    Views views = Views.of(explainer);
    List<Seen> kept = new ArrayList<>();
    List<String> allNotes = new ArrayList<>(notes);
    int chosen = ofClass(explainer, views, pictures, settings, kept);
    ClassNames names = new ClassNames(explainer.model().labels());
    String label = names.name(chosen);
    if (kept.size() < pictures.size()) {
      allNotes.add(
          Count.of(pictures.size() - kept.size(), "picture")
              + " of "
              + pictures.size()
              + " are taken for another class than "
              + label
              + " and left out");
    }
    if (kept.size() < FEWEST_PICTURES) {
      throw new UnsupportedException(
          "concepts need at least "
              + FEWEST_PICTURES
              + " pictures that the network takes for "
              + label
              + ", but "
              + kept.size()
              + " of "
              + pictures.size()
              + " are; give others, or another class");
    }
    allNotes.addAll(likeness(kept, label));
    List<Place> places = places(kept, settings);
    if (places.size() < settings.count()) {
      throw new UnsupportedException(
          settings.count()
              + " concepts need at least as many crops, but "
              + Count.of(kept.size(), "picture")
              + " of "
              + label
              + " have "
              + places.size()
              + "; give more pictures or ask for fewer concepts");
    }
    LayerReader reader = new LayerReader(explainer);
    List<double[][]> rows =
        reader.each(
            places.size(),
            i -> views.input(Crops.enlarged(places.get(i).of().view(), places.get(i).rectangle())),
            LayerReader.Maps::partMeans);
    allNotes.addAll(reader.notes());
    Nmf factors =
        factors(
            rows.stream().flatMap(Arrays::stream).toList(),
            settings.count(),
            reader.layer(),
            allNotes);
    Target target = settings.target() == null ? Target.of(chosen) : settings.target();
    ConceptBank bank = new ConceptBank(reader.layer(), target.toString(), factors.parts());
    return new ConceptSample(bank, label, places, factors, kept, allNotes);
  }

  /**
   * Says whether there are few pictures, or the same ones again.
   *
   * @throws UnsupportedException if hardly any of them differ
   */
  private static List<String> likeness(List<Seen> kept, String label) {
    Set<IntBuffer> pixels = new HashSet<>();
    kept.forEach(one -> pixels.add(IntBuffer.wrap(one.view().rgb())));
    int different = pixels.size();
    if (different < FEWEST_PICTURES) {
      throw new UnsupportedException(
          "concepts need at least "
              + FEWEST_PICTURES
              + " different pictures of "
              + label
              + ", but the "
              + kept.size()
              + " that the network sees are "
              + (different == 1 ? "all the same" : different + " over and over")
              + "; give others");
    }
    List<String> notes = new ArrayList<>();
    if (different < kept.size()) {
      notes.add(
          Count.of(kept.size() - different, "picture")
              + " of "
              + kept.size()
              + " of "
              + label
              + (kept.size() - different == 1 ? " is" : " are")
              + " the same as another, and what is in them weighs more");
    }
    if (different < ENOUGH_PICTURES) {
      notes.add(
          "concepts of only "
              + different
              + " pictures of "
              + label
              + " may be those of single pictures; give "
              + ENOUGH_PICTURES
              + " or more");
    }
    return notes;
  }

  /** The mean coefficients of each crop, of which each has as many parts. */
  private static double[][] byCrop(double[][] ofParts, int crops) {
    int parts = ofParts.length / crops;
    double[][] means = new double[crops][ofParts[0].length];
    for (int i = 0; i < ofParts.length; i++) {
      Products.addScaled(means[i / parts], ofParts[i], 1.0 / parts);
    }
    return means;
  }

  /** Keeps the pictures that the network takes for the class, and says which it is. */
  private static int ofClass(
      Explainer explainer,
      Views views,
      List<Seen> pictures,
      ConceptSettings settings,
      List<Seen> kept) {
    List<Picture> seen = pictures.stream().map(Seen::view).toList();
    List<Integer> predicted = views.classes(explainer, seen, Target.top());
    int chosen;
    if (settings.target() == null) {
      Map<Integer, Long> counts =
          predicted.stream()
              .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
      chosen =
          counts.entrySet().stream()
              .max(
                  Map.Entry.<Integer, Long>comparingByValue()
                      .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
              .orElseThrow(() -> new UnsupportedException("concepts need pictures, but got none"))
              .getKey();
    } else {
      chosen = views.classes(explainer, seen.subList(0, 1), settings.target()).get(0);
    }
    if (chosen < 0) {
      throw new UnsupportedException(
          "concepts are those of a class, and the target " + settings.target() + " is none");
    }
    for (int i = 0; i < pictures.size(); i++) {
      if (predicted.get(i) == chosen) {
        kept.add(pictures.get(i));
      }
    }
    return chosen;
  }

  private static List<Place> places(List<Seen> kept, ConceptSettings settings) {
    Picture first = kept.get(0).view();
    List<Rectangle> each = new Crops(settings.crops()).places(first.width(), first.height());
    int pictures = Math.max(1, Math.min(kept.size(), settings.mostCrops() / each.size()));
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < pictures; i++) {
      Seen one = kept.get((int) ((long) i * kept.size() / pictures));
      each.forEach(rectangle -> places.add(new Place(one, rectangle)));
    }
    return places;
  }

  private static Nmf factors(List<double[]> rows, int count, String layer, List<String> notes) {
    double[][] values = rows.toArray(double[][]::new);
    if (values[0].length < count) {
      throw new UnsupportedException(
          "layer '"
              + layer
              + "' has "
              + values[0].length
              + " channels, too few for "
              + count
              + " concepts; ask for fewer");
    }
    Nmf factors = Nmf.of(values, count).used();
    int found = factors.parts().length;
    if (found < count) {
      notes.add(count + " concepts were asked for, and " + found + " are enough");
    }
    return factors;
  }

  /** The concepts, to be found in other pictures too. */
  public ConceptBank bank() {
    return bank;
  }

  /** The pictures of the class. */
  List<Seen> seen() {
    return seen;
  }

  /**
   * The concepts with what they are worth.
   *
   * @param maps of pictures of the class, at least one, with the concepts in the order of the bank
   */
  public Concepts weighed(List<ConceptMaps> maps) {
    int k = bank.size();
    double[] importance = new double[k];
    double[] effect = new double[k];
    for (ConceptMaps one : maps) {
      double[] ofImportance = one.importance();
      double[] ofEffect = one.effect();
      for (int j = 0; j < k; j++) {
        importance[j] += ofImportance[j] / maps.size();
        effect[j] += ofEffect[j] / maps.size();
      }
    }
    double rest = maps.stream().mapToDouble(ConceptMaps::rest).average().orElseThrow();
    double evidence =
        Math.max(0, rest) + Arrays.stream(effect).map(value -> Math.max(0, value)).sum();
    int[] order =
        IntStream.range(0, k)
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer j) -> -importance[j])
                    .thenComparingInt(Integer::intValue))
            .mapToInt(Integer::intValue)
            .toArray();
    List<Concept> concepts = new ArrayList<>();
    for (int j : order) {
      double share = evidence == 0 ? 0 : Math.max(0, effect[j]) / evidence;
      concepts.add(new Concept(concepts.size() + 1, importance[j], effect[j], share, gallery(j)));
    }
    List<String> allNotes = new ArrayList<>(notes);
    if (rest > MUCH_REST * evidence) {
      allNotes.add(
          String.format(
              Locale.ROOT,
              "%.0f %% of the evidence is in none of the concepts; ask for more of them",
              100 * rest / evidence));
    }
    return new Concepts(
        label,
        bank.ordered(order),
        concepts,
        maps.stream().map(one -> one.ordered(order)).toList(),
        evidence == 0 ? 0 : Math.max(0, rest) / evidence,
        places.size(),
        error,
        allNotes);
  }

  /** The crops with most of a concept, of different pictures first. */
  private List<Concept.Crop> gallery(int concept) {
    List<Integer> order =
        IntStream.range(0, places.size())
            .boxed()
            .filter(i -> coefficients[i][concept] > 0)
            .sorted(Comparator.comparingDouble(i -> -coefficients[i][concept]))
            .toList();
    Set<Integer> shown = new HashSet<>();
    List<Integer> first =
        order.stream().filter(i -> shown.add(places.get(i).of().index())).toList();
    List<Integer> rest = order.stream().filter(i -> !first.contains(i)).toList();
    List<Integer> all = new ArrayList<>(first);
    all.addAll(rest);
    return all.stream()
        .limit(GALLERY)
        .map(
            i -> {
              Place place = places.get(i);
              return new Concept.Crop(
                  place.of().name(),
                  place.rectangle(),
                  Crops.enlarged(place.of().view(), place.rectangle()),
                  coefficients[i][concept]);
            })
        .toList();
  }
}
