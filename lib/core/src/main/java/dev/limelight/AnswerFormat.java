package dev.limelight;

import ai.djl.ndarray.types.Shape;
import dev.limelight.detection.Box;
import dev.limelight.detection.Detection;
import dev.limelight.isolation.MessageReader;
import dev.limelight.isolation.MessageWriter;
import dev.limelight.isolation.ProtocolException;
import dev.limelight.method.Work;
import dev.limelight.model.Grid;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Layout;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.input.PixelValues;
import dev.limelight.segment.SegmentValue;
import dev.limelight.support.Support;
import dev.limelight.support.UnsupportedException;
import dev.limelight.target.Logits;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the process of an isolated model answers, as parts of messages. It has loaded the file of a
 * stranger, so that each number is checked when it is read.
 */
final class AnswerFormat {

  /** The longest text, in bytes. */
  static final int LONGEST = 1 << 16;

  /** The most names of layers, classes and notes. */
  static final int MOST = 1 << 20;

  /** The most values of an input: 512 MiB. */
  private static final long MOST_VALUES = 1L << 27;

  private static final int MOST_CHANNELS = 1 << 16;

  private AnswerFormat() {}

  static void write(MessageWriter to, ModelInfo model) {
    Preprocessing by = model.preprocessing();
    if (by.pipeline() != null) {
      throw new UnsupportedException(
          "the translator of "
              + model.name()
              + " makes its inputs by code, which stays in the model's process; load it without"
              + " isolation");
    }
    to.put(model.name()).putOptional(model.sha256()).put(model.engine());
    to.putOptional(model.outputActivation());
    to.put(model.labels(), MessageWriter::put);
    to.put(by.width()).put(by.height()).put((byte) by.fit().ordinal()).put(by.share());
    to.put((byte) by.filter().ordinal());
    PixelValues values = by.values();
    to.put(values.channels()).put(values.blueFirst()).put(new float[] {values.scale()});
    to.put(values.mean()).put(values.std());
    for (Preprocessing.Part part : Preprocessing.Part.values()) {
      to.put(by.assumed().contains(part));
    }
    to.putOptional(model.output()).put(model.probabilities());
    to.put(model.notes(), MessageWriter::put);
  }

  static ModelInfo model(MessageReader from) {
    return new ModelInfo(
        from.text(LONGEST),
        from.optionalText(64),
        from.text(LONGEST),
        from.optionalText(LONGEST),
        from.list(MOST, own -> own.text(LONGEST)),
        preprocessing(from),
        from.optionalText(LONGEST),
        from.flag(),
        null,
        from.list(MOST, own -> own.text(LONGEST)));
  }

  private static Preprocessing preprocessing(MessageReader from) {
    int width = from.number(1, Integer.MAX_VALUE);
    int height = from.number(1, Integer.MAX_VALUE);
    Preprocessing.Fit fit = from.kind(Preprocessing.Fit.values());
    double share = from.real();
    Preprocessing.Filter filter = from.kind(Preprocessing.Filter.values());
    int channels = from.number(1, MOST_CHANNELS);
    if ((long) width * height > MOST_VALUES / channels) {
      throw new UnsupportedException(
          "the model asks for an input of "
              + channels
              + " x "
              + height
              + " x "
              + width
              + ", more than the "
              + MOST_VALUES
              + " values that an isolated model gets; give its size and channels");
    }
    boolean blueFirst = from.flag();
    PixelValues values =
        new PixelValues(
            channels, blueFirst, from.floats(1)[0], from.floats(channels), from.floats(channels));
    Set<Preprocessing.Part> assumed = EnumSet.noneOf(Preprocessing.Part.class);
    for (Preprocessing.Part part : Preprocessing.Part.values()) {
      if (from.flag()) {
        assumed.add(part);
      }
    }
    return new Preprocessing(width, height, fit, share, filter, values, assumed, null);
  }

  static void write(MessageWriter to, Layer layer) {
    to.put(layer.path().name()).put(layer.kind());
    write(to, layer.shape());
    Layout layout = layer.layout();
    Grid grid = layout.grid();
    to.put((byte) layout.order().ordinal());
    to.putOptional(grid == null ? null : grid.toString()).put(layout.prefix());
  }

  static Layer layer(MessageReader from) {
    LayerPath path = path(from);
    String kind = from.text(LONGEST);
    Shape shape = shape(from, 4);
    Layout.Order order = from.kind(Layout.Order.values());
    String grid = from.optionalText(LONGEST);
    Layout layout =
        new Layout(
            order, grid == null ? null : Grid.parse(grid), from.number(0, Integer.MAX_VALUE));
    return new Layer(path, kind, shape, layout);
  }

  static LayerPath path(MessageReader from) {
    return LayerPath.of(from.text(LONGEST));
  }

  static void write(MessageWriter to, Shape shape) {
    for (long length : shape.getShape()) {
      to.put(Math.toIntExact(length));
    }
  }

  static Shape shape(MessageReader from, int dimensions) {
    long[] lengths = new long[dimensions];
    for (int i = 0; i < dimensions; i++) {
      lengths[i] = from.number(1, Integer.MAX_VALUE);
    }
    return new Shape(lengths);
  }

  static void write(MessageWriter to, Plan.Row row) {
    to.put(row.layer()).put(row.bytes());
    Work work = row.work();
    to.put(work != null);
    if (work == null) {
      to.put(Support.of(row.support()::require).equals(Support.noGradient(row.support().reason())));
      to.put(row.support().reason());
    } else {
      to.put(work.how()).put(work.forwards()).put(work.headForwards());
      to.put(work.headBackwards()).put(work.backwards()).put(work.prediction());
      to.put(work.area());
      to.putOptional(work.same());
    }
  }

  /**
   * @param method that was asked for
   */
  static Plan.Row row(MessageReader from, String method) {
    String layer = from.text(LONGEST);
    long bytes = from.longNumber();
    if (from.flag()) {
      Work work =
          new Work(
              from.text(LONGEST),
              from.longNumber(),
              from.longNumber(),
              from.longNumber(),
              from.longNumber(),
              from.flag(),
              from.real(),
              from.optionalText(LONGEST));
      return new Plan.Row(method, layer, work, bytes, Support.yes());
    }
    boolean gradient = from.flag();
    String reason = from.text(LONGEST);
    return new Plan.Row(
        method, layer, null, bytes, gradient ? Support.noGradient(reason) : Support.no(reason));
  }

  /** The maps of a batch of one target by one method. */
  static void write(MessageWriter to, List<Explanation> maps) {
    int width = maps.get(0).map().width();
    int height = maps.get(0).map().height();
    to.put(maps.get(0).logits().length).put(width).put(height);
    for (Explanation one : maps) {
      to.put(one.logits()).put(one.target()).put(one.map().values());
    }
    to.put(
        maps.get(0).notes().keySet(),
        (writer, name) -> {
          writer.put(name);
          maps.forEach(one -> writer.put(one.notes().getOrDefault(name, Double.NaN).doubleValue()));
        });
    maps.forEach(one -> to.put(one.segments(), AnswerFormat::write));
  }

  private static void write(MessageWriter to, SegmentValue segment) {
    Rectangle2D box = segment.box();
    to.put(segment.number()).put(segment.name()).put(segment.value()).put(segment.error());
    to.put(segment.area()).put(box.getX()).put(box.getY()).put(box.getWidth()).put(box.getHeight());
  }

  private static SegmentValue segment(MessageReader from) {
    return new SegmentValue(
        from.number(1, MOST),
        from.text(LONGEST),
        from.real(),
        from.real(),
        from.real(),
        new Rectangle2D.Double(from.real(), from.real(), from.real(), from.real()));
  }

  /**
   * @param count how many pictures the batch has
   */
  static RawMaps maps(MessageReader from, int count) {
    int outputs = from.number(1, Integer.MAX_VALUE);
    int width = from.number(1, Integer.MAX_VALUE);
    int height = from.number(1, Integer.MAX_VALUE);
    long size = (long) width * height;
    if (size * count > MOST_VALUES || (long) outputs * count > MOST_VALUES) {
      throw new ProtocolException(
          "maps of " + width + " x " + height + " and " + outputs + " outputs are too large");
    }
    int mostClass = Logits.classes(outputs, true) - 1;
    float[][] logits = new float[count][];
    float[][] maps = new float[count][];
    int[] classes = new int[count];
    for (int i = 0; i < count; i++) {
      logits[i] = from.floats(outputs);
      classes[i] = from.number(-1, mostClass);
      maps[i] = from.floats(size);
    }
    Map<String, double[]> noted = new LinkedHashMap<>();
    from.list(
        MOST,
        own -> {
          String name = own.text(LONGEST);
          double[] values = new double[count];
          for (int i = 0; i < count; i++) {
            values[i] = own.real();
          }
          return noted.put(name, values);
        });
    List<List<SegmentValue>> segments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      segments.add(from.list(MOST, AnswerFormat::segment));
    }
    return new RawMaps(
        outputs, joined(logits), classes, width, height, joined(maps), noted, segments);
  }

  static void write(MessageWriter to, Detection one) {
    Box box = one.box();
    to.put(one.classIndex()).put(one.score()).put(one.candidate());
    to.put(box.left()).put(box.top()).put(box.right()).put(box.bottom());
  }

  static Detection detection(MessageReader from) {
    int classIndex = from.number(0, Integer.MAX_VALUE);
    double score = from.real();
    int candidate = from.number(0, Integer.MAX_VALUE);
    Box box = new Box(from.real(), from.real(), from.real(), from.real());
    return new Detection(classIndex, score, box, candidate);
  }

  private static float[] joined(float[][] rows) {
    if (rows.length == 1) {
      return rows[0];
    }
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * rows[i].length, rows[i].length);
    }
    return all;
  }
}
