package dev.limelight;

import dev.limelight.codec.Png;
import dev.limelight.drawing.HeatmapFigure;
import dev.limelight.drawing.Overlay;
import dev.limelight.drawing.Palette;
import dev.limelight.drawing.Tile;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.image.Picture;
import dev.limelight.image.Region;
import dev.limelight.image.Threshold;
import dev.limelight.target.Logits;
import java.awt.Rectangle;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.lang.ref.SoftReference;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One picture's prediction together with the map that explains it: plain values, nothing native.
 */
public final class Explanation implements Tile {

  private final Subject subject;
  private final float[] logits;
  private final int target;
  private final String targetCaption;
  private final boolean binary;
  private final Heatmap map;
  private final String method;
  private final Map<String, Double> notes;
  private final Provenance provenance;

  /** Its picture, as long as memory allows: several sinks keep the same one. */
  private volatile SoftReference<byte[]> png = new SoftReference<>(null);

  Explanation(
      Subject subject,
      float[] logits,
      int target,
      String targetCaption,
      boolean binary,
      Heatmap map,
      String method,
      Map<String, Double> notes,
      Provenance provenance) {
    this.subject = subject;
    this.logits = logits;
    this.target = target;
    this.targetCaption = targetCaption;
    this.binary = binary;
    this.map = map;
    this.method = method;
    this.notes = Map.copyOf(notes);
    this.provenance = provenance;
  }

  /**
   * Explanations of one picture at several layers as one: the mean of their heatmaps, each divided
   * by its maximum.
   */
  static Explanation fused(List<Explanation> layers) {
    Explanation first = layers.get(0);
    Heatmap fused =
        Heatmap.processed(
            layers.stream().map(layer -> layer.map).toList(),
            first.subject.inputWidth,
            first.subject.inputHeight);
    return new Explanation(
        first.subject,
        first.logits,
        first.target,
        first.targetCaption,
        first.binary,
        fused,
        first.method,
        Map.of(),
        first.provenance.at(layers.stream().map(layer -> layer.provenance.layer()).toList()));
  }

  /** What was looked at. */
  record Subject(
      Picture picture, Rectangle2D seen, int inputWidth, int inputHeight, List<String> labels) {}

  /** The raw map at the layer's size: signed, in units of the target's score. */
  public Heatmap map() {
    return map;
  }

  /** The map as it is usually drawn: its positive part in [0, 1], at the input's size. */
  public Heatmap heatmap() {
    return map.processed(subject.inputWidth, subject.inputHeight);
  }

  /** The network's output for this picture, one value a class. */
  public float[] logits() {
    return logits.clone();
  }

  /** The index of the class that the map speaks for; -1 where the target is no class. */
  public int target() {
    return target;
  }

  /**
   * The class that the map speaks for, by its label where there is one; for a target that is no
   * class, such as a difference, how it is written.
   */
  public String targetLabel() {
    return target < 0 ? targetCaption : label(target);
  }

  /** The index of the class that the network chose. */
  public int predicted() {
    return Logits.top(logits, binary);
  }

  /** The class that the network chose, by its label where there is one. */
  public String predictedLabel() {
    return label(predicted());
  }

  /** The probability of a class, by the softmax of the logits or, for one output, the sigmoid. */
  public double probability(int index) {
    int classes = Logits.classes(logits.length, binary);
    if (index < 0 || index >= classes) {
      throw new IllegalArgumentException(
          "class " + index + " is out of range: there are " + classes + ", counted from 0");
    }
    return Logits.probability(logits, index, binary);
  }

  /** The probability of the class that the map speaks for. */
  public double probability() {
    return probability(target);
  }

  /**
   * The probability of the class that the map speaks for, by another output of the same network.
   *
   * @param others as many logits as {@link #logits()}
   */
  public double probability(float[] others) {
    if (others.length != logits.length) {
      throw new IllegalArgumentException(
          "this network gives " + logits.length + " logits, and " + others.length + " came");
    }
    return Logits.probability(others, target, binary);
  }

  /**
   * The same prediction with another map, such as one by chance that this one is compared with.
   *
   * @param name the method's name
   */
  public Explanation withMap(Heatmap other, String name) {
    return new Explanation(
        subject, logits, target, targetCaption, binary, other, name, Map.of(), provenance);
  }

  /**
   * The same map read as if it spoke for another class, to see how well it would do so.
   *
   * @param index the class, counted from 0
   */
  public Explanation speakingFor(int index) {
    probability(index);
    return new Explanation(
        subject, logits, index, label(index), binary, map, method, notes, provenance);
  }

  /** What the method says of its map beside it, such as the error of an estimate, by name. */
  public Map<String, Double> notes() {
    return notes;
  }

  /** The method's name, such as "grad-cam"; its arguments are in {@link #provenance}. */
  public String method() {
    return method;
  }

  /** How it was made. */
  public Provenance provenance() {
    return provenance;
  }

  /** The picture, or null where a ready tensor was explained. */
  public Picture picture() {
    return subject.picture;
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
   * nothing speaks for the target.
   *
   * @param share of the map's maximum that counts as strong; 0.2 in the paper
   * @throws IllegalStateException where a ready tensor was explained and there is no picture
   */
  public Rectangle2D box(double share) {
    Picture shown = shown();
    Rectangle cells = Mask.of(heatmap(), share).largest().bounds();
    Rectangle2D seen = subject.seen;
    double scaleX = seen.getWidth() / subject.inputWidth;
    double scaleY = seen.getHeight() / subject.inputHeight;
    return new Rectangle2D.Double(
            seen.getX() + cells.x * scaleX,
            seen.getY() + cells.y * scaleY,
            cells.width * scaleX,
            cells.height * scaleY)
        .createIntersection(new Rectangle(shown.width(), shown.height()));
  }

  /**
   * The connected parts of the map that are strong, in pixels of the picture, the one with the
   * largest share of the map first; empty if nothing speaks for the target. The map is enlarged to
   * the picture before it is cut, so that lines are as smooth as in an overlay; {@link #box} cuts
   * it at the input's size, and may differ by as much as a pixel of the input is wide.
   *
   * @param threshold what counts as strong in the heatmap
   * @throws IllegalStateException where a ready tensor was explained and there is no picture
   */
  public List<Region> regions(Threshold threshold) {
    Rectangle pixels = new Rectangle(shown().width(), shown().height());
    return Region.all(heatmap(), threshold, subject.seen, pixels);
  }

  /**
   * Where the map lies, in pixels of the picture: what the network saw, which may reach beyond it.
   *
   * @throws IllegalStateException where a ready tensor was explained and there is no picture
   */
  public Rectangle2D seen() {
    shown();
    return (Rectangle2D) subject.seen.clone();
  }

  /**
   * The part of a mask that the network saw, which lies as {@link #map} and {@link #heatmap} do.
   *
   * @param mask where something is, at the picture's size
   * @throws IllegalArgumentException if it has another size
   * @throws IllegalStateException where a ready tensor was explained and there is no picture
   */
  public Mask seen(Mask mask) {
    Picture shown = shown();
    if (mask.width() != shown.width() || mask.height() != shown.height()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a mask of the picture is %d x %d as the picture is, and one of %d x %d came",
              shown.width(),
              shown.height(),
              mask.width(),
              mask.height()));
    }
    return mask.within(subject.seen);
  }

  /** The map over the picture with its {@link #box} instead of the line at half of the maximum. */
  public Overlay boxed(double share) {
    return drawn().optContour(false).optBox(box(share)).build();
  }

  private Overlay.Builder drawn() {
    return Overlay.builder()
        .setPicture(shown())
        .setHeatmap(map)
        .optRegion(subject.seen)
        .optCaption(toString());
  }

  private Picture shown() {
    if (subject.picture == null) {
      throw new IllegalStateException(
          "an overlay needs a picture, and a tensor was explained; draw map() instead");
    }
    return subject.picture;
  }

  /**
   * What is shown and how sure the network is; in a second line so where nothing speaks for the
   * target.
   */
  @Override
  public String caption() {
    return subject.picture == null ? toString() : overlay().caption();
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
    byte[] drawn = png.get();
    if (drawn == null) {
      drawn = Png.encode(toImage());
      png = new SoftReference<>(drawn);
    }
    return drawn.clone();
  }

  @Override
  public String altText() {
    return tile().altText();
  }

  /** What is shown and how sure the network is, in one line. */
  @Override
  public String toString() {
    String sure =
        target < 0
            ? targetLabel()
            : String.format(Locale.ROOT, "%s %.2f", targetLabel(), probability());
    return predicted() == target
        ? sure + " by " + method
        : sure + " (predicted " + predictedLabel() + ") by " + method;
  }

  private Tile tile() {
    return subject.picture == null ? HeatmapFigure.of(map) : overlay();
  }

  private String label(int index) {
    return index < subject.labels.size() ? subject.labels.get(index) : "class " + index;
  }
}
