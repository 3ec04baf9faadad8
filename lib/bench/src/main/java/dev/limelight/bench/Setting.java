package dev.limelight.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.EngineName;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/**
 * The arguments of the speed benchmarks. {@code LIMELIGHT_TURNS} and {@code LIMELIGHT_SIZE} shorten
 * a trial run.
 *
 * @param report a Markdown file for the tables
 * @param models the folder of TorchScript models
 * @param python the interpreter of Python's libraries
 * @param script the script that runs them
 */
public record Setting(Path report, Path models, Path python, Path script) {

  /** How many arguments there are. */
  public static final int ARGUMENTS = 4;

  /** Reads them. */
  public static Setting of(String[] args) {
    return new Setting(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]), Path.of(args[3]));
  }

  /** The number of turns, with the usual one as default. */
  public static int turns(int usual) {
    return number("LIMELIGHT_TURNS", usual);
  }

  /** The width and height of the picture. */
  public static int size() {
    return number("LIMELIGHT_SIZE", 224);
  }

  /** Pictures of that size, in [0, 1]. */
  static Preprocessing preprocessing() {
    return Preprocessing.of(size(), size());
  }

  static int threads() {
    return number("OMP_NUM_THREADS", Runtime.getRuntime().availableProcessors());
  }

  private static int number(String variable, int fallback) {
    String value = System.getenv(variable);
    return value == null ? fallback : Integer.parseInt(value);
  }

  /** The medians after some warm-up turns. */
  static Medians times(Stopwatch watch, int usual) {
    int turns = turns(usual);
    return watch.run(Math.min(10, turns / 2), turns);
  }

  /** The numbers of one ready picture. */
  public static float[] noise(int seed) {
    Random random = new Random(seed);
    float[] picture = new float[3 * size() * size()];
    for (int i = 0; i < picture.length; i++) {
      picture[i] = (float) random.nextGaussian();
    }
    return picture;
  }

  /** A ready batch. */
  public static NDArray pictures(NDManager manager, int count) {
    return manager.randomNormal(new Shape(count, 3, size(), size()));
  }

  Model torchScript(String name) throws IOException {
    return ModelFile.of(models.resolve(name + ".pt")).load();
  }

  /** The network of a TorchScript file as a graph of ONNX Runtime, as {@code --engine onnx}. */
  Model onnx(String name) throws IOException {
    return onnx(models.resolve(name + ".pt"));
  }

  /** Another engine's network as a graph of ONNX Runtime. */
  static Model onnx(Path file) throws IOException {
    return new ModelFile(file, EngineName.ONNX_RUNTIME, null).load();
  }

  Peers peers(String network) throws IOException {
    return new Peers(python, script, network);
  }
}
