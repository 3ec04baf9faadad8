package dev.limelight.spark;

import dev.limelight.io.AtomicFile;
import dev.limelight.model.EngineName;
import dev.limelight.model.companion.ModelCompanions;
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
import org.jspecify.annotations.Nullable;

/**
 * A model that every executor can find: a path visible to all machines, a file or an unpacked
 * archive that was submitted with the job ({@code --files}, {@code --archives}), the name of a
 * published network, or the files themselves, which {@link #sent} broadcasts.
 *
 * @param location a path on the executors, the name of a submitted file, or a published name
 * @param engine the engine, or null for the engine of the file's format
 * @param sha256 the expected {@link ModelFile#sha256}, or null if unknown
 * @param files the broadcast files, or null
 */
public record ModelSource(
    String location,
    @Nullable EngineName engine,
    @Nullable String sha256,
    @Nullable Broadcast<TreeMap<String, byte[]>> files)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Checks the location. */
  public ModelSource {
    if (location == null || location.isBlank()) {
      throw new IllegalArgumentException(
          "a model source needs a path or a name that executors can find, but got none");
    }
  }

  /** A model that is at this path or has this name on every executor, whatever its hash. */
  ModelSource(String location) {
    this(location, null, null, null);
  }

  /**
   * A model that every executor can find by this path or name. If it is also on this machine, its
   * hash is computed, and executors refuse a different model.
   *
   * @throws IOException if it is on this machine and cannot be read
   */
  public static ModelSource of(String location) throws IOException {
    Path local = Path.of(location);
    ModelSource source = new ModelSource(location);
    return Files.exists(local) ? source.expecting(ModelFile.of(local).sha256()) : source;
  }

  /**
   * A model on this machine, whose files Spark broadcasts to the executors. The driver and each
   * executor keep them in memory, so submit a model of gigabytes with {@code --archives} instead.
   * Files added to a session after its start do not reach the tasks of its datasets.
   *
   * @throws IOException if it cannot be read
   */
  public static ModelSource sent(SparkSession spark, Path local) throws IOException {
    if (!Files.exists(local)) {
      throw new IOException(
          "no model "
              + local
              + " to send to the executors; give a file or folder of this machine, or use"
              + " ModelSource.of with a name that they know");
    }
    boolean folder = Files.isDirectory(local);
    TreeMap<String, byte[]> read = new TreeMap<>();
    for (Path file : folder ? AtomicFile.files(local) : filesOf(local)) {
      if (Files.isRegularFile(file)) {
        read.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    ModelFile model = ModelFile.of(local);
    return new ModelSource(folder ? "." : local.getFileName().toString())
        .expecting(model.sha256())
        .with(JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(read));
  }

  /** The same on another engine. */
  public ModelSource on(EngineName otherEngine) {
    return new ModelSource(location, otherEngine, sha256, files);
  }

  /** The same, but executors refuse a model with another hash. */
  ModelSource expecting(String hash) {
    return new ModelSource(location, engine, hash, files);
  }

  private ModelSource with(Broadcast<TreeMap<String, byte[]>> sent) {
    return new ModelSource(location, engine, sha256, sent);
  }

  /**
   * A file, the parameters of a symbol or the weights of an .onnx file in its folder, and what says
   * how it is used.
   */
  private static List<Path> filesOf(Path file) throws IOException {
    String name = file.getFileName().toString();
    String stem = name.replaceFirst("\\.[^.]*$", "").replaceFirst("-symbol$", "");
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder");
    return AtomicFile.files(folder).stream()
        .filter(
            other ->
                other.getFileName().toString().startsWith(stem) || ModelCompanions.isOne(other))
        .toList();
  }

  /**
   * The model on the machine of an executor.
   *
   * @throws IOException if it is missing or different
   */
  ModelFile find() throws IOException {
    Path found = files == null ? submitted() : unpacked(files);
    ModelFile file = engine == null ? ModelFile.of(found) : new ModelFile(found, engine);
    String actual = file.sha256();
    if (sha256 != null && !sha256.equals(actual)) {
      throw new IOException(
          "the model "
              + location
              + " is another one on this executor: its SHA-256 is "
              + actual
              + " and the job's is "
              + sha256
              + "; copy it there again, or send it with the job");
    }
    return file;
  }

  private Path submitted() {
    Path path = Path.of(location);
    if (!Files.exists(path) && SparkEnv.get() != null) {
      Path submitted = Path.of(SparkFiles.get(location));
      return Files.exists(submitted) ? submitted : path;
    }
    return path;
  }

  /** Engines read a model from files, which some read again later. */
  private Path unpacked(Broadcast<TreeMap<String, byte[]>> sent) throws IOException {
    Path folder = Files.createTempDirectory("limelight-model");
    folder.toFile().deleteOnExit();
    for (var file : sent.value().entrySet()) {
      Path written = Files.write(folder.resolve(file.getKey()), file.getValue());
      written.toFile().deleteOnExit();
    }
    return folder.resolve(location).normalize();
  }

  /** Whether it is the same model at the same location; broadcast files are compared by hash. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ModelSource that
        && location.equals(that.location)
        && Objects.equals(engine, that.engine)
        && Objects.equals(sha256, that.sha256)
        && (files == null) == (that.files == null);
  }

  @Override
  public int hashCode() {
    return Objects.hash(location, engine, sha256);
  }
}
