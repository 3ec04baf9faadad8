package dev.limelight.onnx;

import ai.djl.engine.Engine;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.codec.Pictures;
import dev.limelight.gradient.GuidedBackpropagation;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.perturb.Rise;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A program that explains a picture by a graph and prints the maps. */
final class OnnxAlone {

  private static final List<Method> METHODS =
      List.of(
          Methods.named("grad-cam"),
          Methods.named("score-cam"),
          new Rise(40, 7, 0.5, 0, Duration.ZERO, 0),
          new GuidedBackpropagation());

  private OnnxAlone() {}

  /**
   * Prints the engines that there are, and then one map a line.
   *
   * @param args the graph and the picture
   */
  public static void main(String[] args) throws IOException {
    System.out.println(Engine.getAllEngines());
    maps(Path.of(args[0]), Path.of(args[1]))
        .forEach(map -> System.out.println(Arrays.toString(map)));
  }

  /** The map of each method. */
  static List<float[]> maps(Path graph, Path picture) throws IOException {
    List<float[]> maps = new ArrayList<>();
    try (Explainer explainer = Explainer.of(graph)) {
      Question question =
          Question.of(Pictures.read(picture)).methods(METHODS.toArray(Method[]::new));
      for (Explanation explanation : explainer.explain(question)) {
        maps.add(explanation.map().values());
      }
    }
    return maps;
  }
}
