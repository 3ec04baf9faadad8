package dev.limelight.spark;

import dev.limelight.io.AtomicFile;
import dev.limelight.model.EngineName;
import dev.limelight.model.loading.ModelFile;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/**
 * Which model, told so that every executor finds it: a place that all machines see, a file or an
 * unpacked archive that was submitted with the job ({@code --files}, {@code --archives}), the name
 * of a published network, or the files themselves, which travel by {@link #sent}.
 *
 * @param place a path as the executors see it, the name of what was submitted, or a published name
 * @param engine on which it runs; null for the one that the file is made for
 * @param sha256 what {@link ModelFile#sha256} must be there, or null if nobody knows
 * @param files what travels with the job, or null
 */
public record ModelSource(
    String place, EngineName engine, String sha256, Broadcast<TreeMap<String, byte[]>> files)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Checks. */
  public ModelSource {
    if (place == null || place.isBlank()) {
      throw new IllegalArgumentException(
          "a model source is a path or a name that executors find, and none came");
    }
  }

  /**
   * A model that every executor finds by this path or name. Where it is on this machine too, its
   * hash is taken, and executors refuse another.
   *
   * @throws IOException if it is here and cannot be read
   */
  public static ModelSource of(String place) throws IOException {
    Path here = Path.of(place);
    String sha256 = Files.exists(here) ? ModelFile.of(here).sha256() : null;
    return new ModelSource(place, null, sha256, null);
  }

  /**
   * A model on this machine, whose files Spark broadcasts to the executors; the driver and each
   * executor keep them in memory, so submit one of gigabytes by {@code --archives} instead. Files
   * that are added to a session after its start do not reach the tasks of its datasets.
   *
   * @throws IOException if it cannot be read
   */
  public static ModelSource sent(SparkSession spark, Path here) throws IOException {
    if (!Files.exists(here)) {
      throw new IOException(
          "no model "
              + here
              + " to send to the executors; give a file or folder of this machine, or use"
              + " ModelSource.of with a name that they know");
    }
    boolean folder = Files.isDirectory(here);
    TreeMap<String, byte[]> read = new TreeMap<>();
    for (Path file : folder ? AtomicFile.files(here) : beside(here)) {
      if (Files.isRegularFile(file)) {
        read.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    ModelFile model = ModelFile.of(here);
    return new ModelSource(
        folder ? "." : here.getFileName().toString(),
        null,
        model.sha256(),
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(read));
  }

  /** The same on another engine. */
  public ModelSource on(EngineName otherEngine) {
    return new ModelSource(place, otherEngine, sha256, files);
  }

  /** A symbol's parameters and the weights of an .onnx file lie beside it. */
  private static List<Path> beside(Path file) throws IOException {
    String name = file.getFileName().toString();
    String stem = name.substring(0, name.lastIndexOf('.')).replaceFirst("-symbol$", "");
    return AtomicFile.files(file.toAbsolutePath().getParent()).stream()
        .filter(other -> other.getFileName().toString().startsWith(stem))
        .toList();
  }

  /**
   * The model on this machine, where an executor runs.
   *
   * @throws IOException if it is not here, or is another one
   */
  ModelFile find() throws IOException {
    Path found = files == null ? submitted() : unpacked();
    ModelFile file = engine == null ? ModelFile.of(found) : new ModelFile(found, engine);
    String here = file.sha256();
    if (sha256 != null && !sha256.equals(here)) {
      throw new IOException(
          "the model "
              + place
              + " is another one on this executor: its SHA-256 is "
              + here
              + " and the job's is "
              + sha256
              + "; copy it there again, or send it with the job");
    }
    return file;
  }

  private Path submitted() {
    Path found = Path.of(place);
    if (!Files.exists(found) && SparkEnv.get() != null) {
      Path other = Path.of(SparkFiles.get(place));
      return Files.exists(other) ? other : found;
    }
    return found;
  }

  /** Engines read a model from files, some of them again later. */
  private Path unpacked() throws IOException {
    Path folder = Files.createTempDirectory("limelight-model");
    folder.toFile().deleteOnExit();
    for (var file : files.value().entrySet()) {
      Path written = Files.write(folder.resolve(file.getKey()), file.getValue());
      written.toFile().deleteOnExit();
    }
    return folder.resolve(place).normalize();
  }

  /** Whether it is the same model in the same place; what travels is told by its hash. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ModelSource that
        && place.equals(that.place)
        && Objects.equals(engine, that.engine)
        && Objects.equals(sha256, that.sha256)
        && (files == null) == (that.files == null);
  }

  @Override
  public int hashCode() {
    return Objects.hash(place, engine, sha256);
  }
}
