package dev.limelight.cli.benchmark;

import dev.limelight.benchmark.Benchmark;
import dev.limelight.data.ImageSet;
import dev.limelight.scene.Backgrounds;
import dev.limelight.scene.CutOutFile;
import dev.limelight.scene.SceneObject;
import dev.limelight.scene.SceneSet;
import dev.limelight.scene.Shape;
import dev.limelight.scene.SizeRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options for the scenes of a benchmark. */
public final class SceneOptions {

  private static final String SHAPES = "shapes";

  /** Whose class is explained. */
  enum Explained {
    object,
    top
  }

  @Option(
      names = "--cut-outs",
      paramLabel = "FOLDER|shapes",
      description =
          "What is pasted: pictures with a transparent background, named CLASS_01.png or in folders named as classes, or shapes for generated ones (default: 14 photos of ImageNet classes that come with Limelight).")
  private @Nullable Path cutOuts;

  @Option(
      names = "--backgrounds",
      paramLabel = "FOLDER",
      description = "Pictures to paste on (default: generated textures).")
  private @Nullable Path backgrounds;

  @Option(
      names = "--scenes",
      paramLabel = "N",
      defaultValue = "200",
      description =
          "How many scenes are made (default: ${DEFAULT-VALUE}); those whose objects the network does not see are left out.")
  private int scenes;

  @Option(
      names = "--sizes",
      split = ",",
      paramLabel = "FROM-TO",
      defaultValue = "0.22-0.6",
      description =
          "The longest side of objects, in shares of the picture's shorter side; several are taken in turns (default: ${DEFAULT-VALUE}).")
  private List<String> sizes;

  @Option(
      names = "--objects",
      paramLabel = "1|2",
      defaultValue = "1",
      description =
          "The objects of a scene; two show whether maps tell classes apart (default: ${DEFAULT-VALUE}).")
  private int objects;

  @Option(
      names = "--set",
      paramLabel = "development|report",
      defaultValue = "development",
      description =
          "Scenes to choose by, or to report by: no scene is in both (default: ${DEFAULT-VALUE}).")
  private SceneSet set;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Another one makes other scenes of the same set (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--target",
      paramLabel = "object|top",
      defaultValue = "object",
      description =
          "Explain the class of the object, or the network's top class, for objects of no class of the network (default: ${DEFAULT-VALUE}).")
  private Explained target;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      description =
          "The network sees an object if its class is among so many (default: 5, or 10 for two objects, and at most a tenth of the classes).")
  private @Nullable Integer topClasses;

  @Option(
      names = "--costly",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Measure randomisation, insertion and deletion on so many scenes (default: ${DEFAULT-VALUE}).")
  private int costly;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** Checks the options and reads the cut-outs, before any work. */
  public Benchmark benchmark() throws IOException {
    Benchmark benchmark = new Benchmark();
    try {
      benchmark
          .optScenes(scenes)
          .optSizes(sizes.stream().map(SizeRange::of).toList())
          .optCostly(costly)
          .optTop(target == Explained.top)
          .optSet(set)
          .optSeed(seed);
      if (topClasses != null) {
        benchmark.optTopClasses(topClasses);
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    if (objects != 1 && objects != 2) {
      throw new ParameterException(spec.commandLine(), "--objects is 1 or 2, but got " + objects);
    }
    if (objects == 2 && target == Explained.top) {
      throw new ParameterException(
          spec.commandLine(),
          "--objects 2 explains the classes of both objects, which --target top does not; leave one"
              + " of them away");
    }
    if (backgrounds != null) {
      benchmark.optBackgrounds(Backgrounds.of(ImageSet.folder(backgrounds)));
    }
    return benchmark.optCount(objects).optObjects(pasted());
  }

  private List<SceneObject> pasted() throws IOException {
    if (cutOuts == null) {
      return CutOutFile.shipped();
    }
    return cutOuts.toString().equals(SHAPES) ? Shape.all() : CutOutFile.folder(cutOuts);
  }

  /** What makes the scenes, in one line: with the same line they are the same. */
  public String described() throws IOException {
    CRC32 names = new CRC32();
    for (SceneObject object : pasted()) {
      names.update(object.name().getBytes(StandardCharsets.UTF_8));
    }
    return set
        + ", seed "
        + seed
        + ", "
        + (objects == 1 ? "1 object" : "2 objects")
        + " of "
        + String.join(" and ", sizes)
        + " from "
        + (cutOuts == null ? "the cut-outs of Limelight" : cutOuts.getFileName())
        + " ("
        + Long.toHexString(names.getValue())
        + ") on "
        + (backgrounds == null ? "generated textures" : backgrounds.getFileName());
  }

  /** The seed. */
  public long seed() {
    return seed;
  }
}
