package dev.limelight.perturb;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.pooling.Pool;
import dev.limelight.array.NativeArrays;
import dev.limelight.detection.Box;
import dev.limelight.method.Pass;
import dev.limelight.method.PassCounter;
import dev.limelight.model.LayerPath;
import dev.limelight.model.Network;
import dev.limelight.model.SplitModel;
import dev.limelight.model.WholeNetwork;
import dev.limelight.output.Candidates;
import dev.limelight.output.Fit;
import dev.limelight.output.OutputReader;
import dev.limelight.output.OutputShapes;
import dev.limelight.output.Reading;
import java.util.List;

/**
 * A detector of four fixed boxes, one around each quarter of 8 by 8 pixels: the mean of red in the
 * quarter is the objectness, and the means of green and blue are the scores of two classes.
 */
final class HandMadeDetector implements OutputReader, AutoCloseable {

  static final int SIDE = 8;
  static final int PIXELS = SIDE * SIDE;

  /** They reach over the middle, so that neighbours overlap. */
  static final List<Box> BOXES =
      List.of(new Box(0, 0, 5, 5), new Box(3, 0, 8, 5), new Box(0, 3, 5, 8), new Box(3, 3, 8, 8));

  private final boolean objectness;
  private final Model model;
  private final SplitModel split;
  private final WholeNetwork whole;

  HandMadeDetector(String engine, boolean objectness) {
    this.objectness = objectness;
    Shape half = new Shape(SIDE / 2, SIDE / 2);
    SequentialBlock net =
        new SequentialBlock()
            .add(LambdaBlock.singleton(x -> x.add(0), "same"))
            .add(
                new LambdaBlock(
                    list -> {
                      NDArray quarters =
                          Pool.avgPool2d(list.head(), half, half, new Shape(0, 0), false, true);
                      return new NDList(quarters.reshape(quarters.getShape().get(0), 12));
                    },
                    "quarters"));
    model = Model.newInstance("hand-made", engine);
    model.setBlock(net);
    net.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, SIDE, SIDE));
    Network network = Network.of(model);
    split = network.split(LayerPath.of("01LambdaBlock"));
    whole = new WholeNetwork(network);
  }

  NDManager manager() {
    return model.getNDManager();
  }

  Pass pass(NDArray pictures, PassCounter counter) {
    return new Pass(split, whole, pictures, 1 << 14, counter);
  }

  Reading reading() {
    OutputShapes.Output output = new OutputShapes.Output("quarters", new Shape(1, 12));
    return new Reading(
        this, new OutputShapes(List.of(output), SIDE, SIDE, 2, new float[0]), "made for it");
  }

  @Override
  public Candidates candidates(NDArray joined, OutputShapes outputs) {
    long n = joined.getShape().get(0);
    NDArray values = joined.reshape(n, 3, 4);
    float[] corners = new float[(int) n * 16];
    for (int i = 0; i < n * 4; i++) {
      Box box = BOXES.get(i % 4);
      double[] edges = {box.left(), box.top(), box.right(), box.bottom()};
      for (int e = 0; e < 4; e++) {
        corners[4 * i + e] = (float) edges[e];
      }
    }
    NDArray boxes = NativeArrays.of(joined.getManager(), corners, new Shape(n, 4, 4));
    NDArray scores = values.get(":, 1:").transpose(0, 2, 1);
    return new Candidates(boxes, scores, objectness ? values.get(":, 0") : null);
  }

  @Override
  public String name() {
    return "hand-made";
  }

  @Override
  public String title() {
    return "four quarters";
  }

  @Override
  public Kind kind() {
    return Kind.BOXES;
  }

  @Override
  public Fit fit(OutputShapes outputs) {
    return Fit.yes("made for it");
  }

  @Override
  public void close() {
    split.close();
    whole.close();
    model.close();
  }
}
