package dev.limelight;

import dev.limelight.detection.Box;
import dev.limelight.drawing.HeatmapFigure;
import dev.limelight.drawing.Overlay;
import dev.limelight.drawing.Palette;
import dev.limelight.drawing.PngCache;
import dev.limelight.drawing.Tile;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import dev.limelight.image.Region;
import dev.limelight.image.Threshold;
import dev.limelight.method.MethodInfo.Family;
import dev.limelight.segment.SegmentValue;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The prediction for a picture together with the map that explains it: plain values, nothing
 * native.
 */
public final class Explanation implements Tile {

  private final Subject subject;
  private final Prediction prediction;
  private final Spoken spoken;
  private final Heatmap map;
  private final String method;
  private final Map<String, Double> notes;
  private final Provenance provenance;
  private final List<SegmentValue> segments;

  /** Several sinks keep the same drawing. */
  private final PngCache png = new PngCache();

  /**
   * The target of a map.
   *
   * @param index the class, or -1 where the target is none
   * @param caption how the target is written
   */
  record Spoken(int index, String caption) {}

  /** One whose map is not of segments. */
  Explanation(
      Subject subject,
      Prediction prediction,
      Spoken spoken,
      Heatmap map,
      String method,
      Map<String, Double> notes,
      Provenance provenance) {
    this(subject, prediction, spoken, map, method, notes, provenance, List.of());
  }

  Explanation(
      Subject subject,
      Prediction prediction,
      Spoken spoken,
      Heatmap map,
      String method,
      Map<String, Double> notes,
      Provenance provenance,
      List<SegmentValue> segments) {
    this.subject = subject;
    this.prediction = prediction;
    this.spoken = spoken;
    this.map = map;
    this.method = method;
    this.notes = Collections.unmodifiableSortedMap(new TreeMap<>(notes));
    this.provenance = provenance;
    this.segments = List.copyOf(segments);
  }

  /**
   * Explanations of one picture at several layers as one: the mean of their heatmaps, each divided
   * by its maximum.
   */
  static Explanation fused(List<Explanation> layers) {
    Explanation first = layers.get(0);
    List<Heatmap> maps = layers.stream().map(Explanation::map).toList();
    return new Explanation(
        first.subject,
        first.prediction,
        first.spoken,
        Heatmap.processed(maps, first.subject.width(), first.subject.height()),
        first.method,
        Map.of(),
        first.provenance.at(
            layers.stream().flatMap(layer -> layer.provenance.layers().stream()).toList()));
  }

  /** The raw map at the layer's size: signed, in units of the target's score. */
  public Heatmap map() {
    return map;
  }

  /** The map as it is usually drawn: its positive part in [0, 1], at the input's size. */
  public Heatmap heatmap() {
    return map.processed(subject.width(), subject.height());
  }

  /** The network's output for this picture, one value a class. */
  public float[] logits() {
    return prediction.logits().clone();
  }

  /** The index of the class that the map explains; -1 where the target is no class. */
  public int target() {
    return spoken.index();
  }

  /**
   * The class that the map explains, by its label where there is one; for a target that is no
   * class, such as a difference, how it is written.
   */
  public String targetLabel() {
    return target() < 0 ? spoken.caption() : prediction.label(target());
  }

  /** The index of the class that the network chose. */
  public int predicted() {
    return prediction.top();
  }

  /** The class that the network chose, by its label where there is one. */
  public String predictedLabel() {
    return prediction.label(predicted());
  }

  /**
   * The probability of a class: by the softmax of the logits, or by the sigmoid for one output and
   * for a network that ends in one; the output itself where it already holds probabilities.
   */
  public double probability(int index) {
    return prediction.probability(index);
  }

  /** The probability of the class that the map explains. */
  public double probability() {
    return probability(target());
  }

  /**
   * The probability of the class that the map explains, by another output of the same network.
   *
   * @param others as many logits as {@link #logits()}
   */
  public double probability(float[] others) {
    return prediction.probability(target(), others);
  }

  /**
   * The same prediction with another map, such as one by chance that this one is compared with.
   *
   * @param name the method's name
   */
  public Explanation withMap(Heatmap other, String name) {
    return new Explanation(subject, prediction, spoken, other, name, Map.of(), provenance);
  }

  /**
   * The same map read as if it spoke for another class, to see how well it would do so.
   *
   * @param index the class, counted from 0
   */
  public Explanation speakingFor(int index) {
    Spoken other = new Spoken(prediction.checked(index), prediction.label(index));
    return new Explanation(subject, prediction, other, map, method, notes, provenance, segments);
  }

  /** The numbers that the method gives with its map, such as the error of an estimate, by name. */
  public Map<String, Double> notes() {
    return notes;
  }

  /**
   * The box of a detector that the map explains, in pixels of the picture, or of the input where a
   * ready tensor was explained; null for other targets.
   */
  public @Nullable Rectangle2D explainedBox() {
    Box box = ExplainedBox.of(notes);
    return box == null ? null : box.rectangle();
  }

  /**
   * The values of the segments of the picture, the largest first, in the unit of the map; none
   * where the method knows no segments.
   */
  public List<SegmentValue> segments() {
    return segments;
  }

  /** The method's name, such as "grad-cam"; its arguments are in {@link #provenance}. */
  public String method() {
    return method;
  }

  /** How the explanation was computed. */
  public Provenance provenance() {
    return provenance;
  }

  /** The picture, or null where a ready tensor was explained. */
  public @Nullable Picture picture() {
    return subject.picture();
  }

  /**
   * The map over the picture.
   *
   * @throws IllegalStateException where a ready tensor was explained and there is no picture
   */
  public Overlay overlay() {
    return overlay(Palette.VIRIDIS);
  }

  /**
   * The map over the picture in other colours; a diverging palette shows negative values too.
   *
   * @throws IllegalStateException where a ready tensor was explained and there is no picture
   */
  public Overlay overlay(Palette palette) {
    return drawn().optPalette(palette).build();
  }

  /**
   * The smallest box around the largest connected part of the map that is strong, in pixels of the
   * picture: where the object is, found without any box to learn from (Zhou et al. 2016). Empty if
   * there is no evidence for the target.
   *
   * @param share of the map's maximum that counts as strong; 0.2 in the paper
   * @throws IllegalStateException where a ready tensor was explained and there is no picture
   */
  public Rectangle2D box(double share) {
    return subject.box(heatmap(), share);
  }

  /**
   * The connected parts of the map that are strong, in pixels of the picture, the one with the
   * largest share of the map first; empty if there is no evidence for the target. The map is
   * enlarged to the picture before it is cut, so that lines are as smooth as in an overlay; {@link
   * #box} cuts it at the input's size, and may differ by as much as a pixel of the input is wide.
   *
   * @param threshold what counts as strong in the heatmap
   * @throws IllegalStateException where a ready tensor was explained and there is no picture
   */
  public List<Region> regions(Threshold threshold) {
    return subject.regions(heatmap(), threshold);
  }

  /**
   * The part of the picture that the network saw and the map covers, in pixels of the picture; it
   * may reach beyond the picture.
   *
   * @throws IllegalStateException where a ready tensor was explained and there is no picture
   */
  public Rectangle2D visibleRegion() {
    return (Rectangle2D) subject.visible().clone();
  }

  /**
   * The part of a mask that the network saw, as {@link #map} and {@link #heatmap} cover it.
   *
   * @param mask where something is, at the picture's size
   * @throws IllegalArgumentException if it has another size
   * @throws IllegalStateException where a ready tensor was explained and there is no picture
   */
  public Mask cropped(Mask mask) {
    return subject.within(mask);
  }

  /** The map over the picture with its {@link #box} instead of the line at half of the maximum. */
  public Overlay boxed(double share) {
    return drawn().optContour(false).optBox(box(share)).build();
  }

  private Overlay.Builder drawn() {
    Overlay.Builder builder = Overlay.builder();
    Rectangle2D explained = explainedBox();
    if (explained != null) {
      builder.optBox(explained);
    }
    return builder
        .setPicture(subject.shown())
        .setHeatmap(map)
        .optRegion(subject.visible())
        .optCrisp(!segments.isEmpty())
        .optCaption(said(method));
  }

  /**
   * The target and how sure the network is; in a second line so where there is no evidence for the
   * target.
   */
  @Override
  public String caption() {
    return subject.picture() == null ? toString() : overlay().caption();
  }

  @Override
  public BufferedImage body(int height) {
    return tile().body(height);
  }

  @Override
  public BufferedImage toImage() {
    return tile().toImage();
  }

  /** The figure as a PNG file's bytes, which are drawn once and copied out. */
  @Override
  public byte[] toPng() {
    return png.of(this);
  }

  @Override
  public String altText() {
    return tile().altText();
  }

  /** The target, how sure the network is, and how it was explained, in one line. */
  @Override
  public String toString() {
    boolean atLayer = provenance.method().info().family() == Family.CAM;
    return said(atLayer ? method + " at " + provenance.layerText() : method);
  }

  /** The same; a caption has no room for the layer. */
  private String said(String how) {
    String sure =
        target() < 0
            ? targetLabel()
            : String.format(Locale.ROOT, "%s %.2f", targetLabel(), probability());
    return predicted() == target()
        ? sure + " (" + how + ")"
        : sure + " (predicted " + predictedLabel() + "; " + how + ")";
  }

  private Tile tile() {
    return subject.picture() == null ? HeatmapFigure.of(map) : overlay();
  }
}
