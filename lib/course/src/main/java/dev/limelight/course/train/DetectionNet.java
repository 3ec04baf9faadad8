package dev.limelight.course.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.loss.Loss;
import dev.limelight.array.NativeArrays;
import dev.limelight.course.data.Scene;
import dev.limelight.image.Mask;
import dev.limelight.model.EngineName;
import java.awt.Rectangle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A small single-shot detector without anchors: convolutions to a grid of cells of 8 pixels, and a
 * head that gives one box a cell. Input (N, 3, side, side) in [0, 1]; output (N, M, 5 + K), a row a
 * cell, row by row: centre x and y, width, height in pixels, the probability of an object, and that
 * of each class if there is one. Its first child is the base, whose output is the last
 * convolution's; the rest is the head.
 *
 * @param side of the square input in pixels, a multiple of 8
 * @param classes K
 */
public record DetectionNet(int side, int classes) {

  /** The reader of its output, for {@code optReader} and {@code --reader}. */
  public static final String READER = "yolo-objectness";

  private static final int CELL = 8;
  private static final int FEATURES = 64;

  /** A cell learns the box whose centre is this near, in cells. */
  private static final double NEAR = 1.3;

  /** Checks the sizes. */
  public DetectionNet {
    if (side < 4 * CELL || side % CELL != 0 || classes < 1) {
      throw new IllegalArgumentException(
          "a DetectionNet has a side of 32 or more that is a multiple of 8, and a class or more, but"
              + " got a side of "
              + side
              + " and "
              + classes
              + " classes");
    }
  }

  /** A model with new weights on the engine of DJL's blocks; the caller closes it. */
  public Model newModel(String name) {
    return newModel(name, EngineName.ofBlocks());
  }

  /** A model with new weights; the caller closes it. */
  public Model newModel(String name, EngineName engine) {
    return Networks.initialised(name, engine, block(), new Shape(3, side, side));
  }

  /** The whole network, without weights. */
  public SequentialBlock block() {
    SequentialBlock base =
        new SequentialBlock()
            .add(Networks.rectified(16, 2, 1))
            .add(Networks.rectified(16, 1, 1))
            .add(Networks.halved())
            .add(Networks.rectified(32, 1, 1))
            .add(Networks.rectified(32, 1, 1))
            .add(Networks.halved())
            .add(Networks.rectified(FEATURES, 1, 1))
            .add(Networks.rectified(FEATURES, 1, 1));
    return new SequentialBlock()
        .add(base)
        .add(new DetectionHead(side, side / CELL, classes, FEATURES));
  }

  /** What it is trained by, with {@link #label} as the label. */
  public Loss loss() {
    return new DetectionLoss(side);
  }

  /**
   * What it should give for a scene, (M, 5 + K): the box of a shape at the cells around its centre,
   * and zeros elsewhere; between two shapes that of the nearer one.
   *
   * @param manager of the array
   * @param scene of the network's side
   */
  public NDArray label(NDManager manager, Scene scene) {
    int grid = side / CELL;
    int values = 5 + classes;
    float[] label = new float[grid * grid * values];
    List<Rectangle> boxes = scene.masks().stream().map(Mask::bounds).toList();
    for (int i = 0; i < grid * grid; i++) {
      double x = (i % grid + 0.5) * CELL;
      double y = (i / grid + 0.5) * CELL;
      int nearest = -1;
      double least = NEAR * CELL;
      for (int n = 0; n < boxes.size(); n++) {
        Rectangle box = boxes.get(n);
        double away = Math.max(Math.abs(x - box.getCenterX()), Math.abs(y - box.getCenterY()));
        if (away <= least) {
          nearest = n;
          least = away;
        }
      }
      if (nearest >= 0) {
        fill(label, i * values, boxes.get(nearest), scene.shapes().get(nearest).label());
      }
    }
    return NativeArrays.of(manager, label, new Shape((long) grid * grid, values));
  }

  private static void fill(float[] label, int at, Rectangle box, int classIndex) {
    label[at] = (float) box.getCenterX();
    label[at + 1] = (float) box.getCenterY();
    label[at + 2] = box.width;
    label[at + 3] = box.height;
    label[at + 4] = 1;
    label[at + 5 + classIndex] = 1;
  }

  /**
   * Saves a model of this network as DJL does, with what is needed to open the folder again, as
   * {@link ConvNet#save} does.
   */
  public void save(Model model, Path folder) throws IOException {
    FactoryArguments arguments = new FactoryArguments().with("side", side).with("classes", classes);
    Networks.save(model, folder, Factory.class, arguments);
  }

  /** Makes the network again from the properties that {@link DetectionNet#save} wrote. */
  public static final class Factory implements BlockFactory {

    private static final long serialVersionUID = 1L;

    /** Made by name. */
    public Factory() {}

    @Override
    public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments) {
      FactoryArguments saved = new FactoryArguments(arguments);
      return new DetectionNet(saved.number("side"), saved.number("classes")).block();
    }
  }
}
