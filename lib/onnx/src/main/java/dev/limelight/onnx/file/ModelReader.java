package dev.limelight.onnx.file;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.limelight.io.Names;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads .onnx files, with the files in the same folder that contain their larger weights. */
public final class ModelReader {

  /** What protobuf can hold, and ONNX Runtime takes at once. */
  private static final long LIMIT = Integer.MAX_VALUE - 64L;

  private static final LastModel LAST = new LastModel();

  private final Path path;

  /** Of a file. */
  public ModelReader(Path path) {
    this.path = path;
  }

  /**
   * The model with all its weights, within the limits of {@link GraphLimits}. Of a large file the
   * large ones are places in it, {@link dev.limelight.onnx.adjoint.StoredWeight}.
   *
   * @throws IOException if it cannot be read; one sentence that says what is wrong with which file
   */
  public ModelProto read() throws IOException {
    ModelProto known = LAST.get(path.toAbsolutePath());
    return known == null ? readAnew() : known;
  }

  private ModelProto readAnew() throws IOException {
    ModelProto model = parseAnew();
    try {
      GraphLimits.check(model.getGraph());
      ModelProto whole = new OuterTensors(path, LIMIT).putInto(model);
      EveryTensor.changed(whole, GraphLimits::checked);
      LargeConstants.check(whole.getGraph());
      List<Path> all = new ArrayList<>(List.of(path));
      all.addAll(new OuterTensors(path, LIMIT).files(model));
      LAST.put(path.toAbsolutePath(), all, whole);
      return whole;
    } catch (UnsupportedException e) {
      throw refused(String.valueOf(e.getMessage()), e);
    }
  }

  /** This file and the files of its weights. */
  public List<Path> files() throws IOException {
    List<Path> known = LAST.files(path.toAbsolutePath());
    if (known != null) {
      return known;
    }
    List<Path> files = new ArrayList<>(List.of(path));
    try {
      files.addAll(new OuterTensors(path, LIMIT).files(parseAnew()));
    } catch (UnsupportedException e) {
      throw refused(String.valueOf(e.getMessage()), e);
    }
    return files;
  }

  /** The model, perhaps without the weights of other files. */
  public ModelProto parse() throws IOException {
    ModelProto known = LAST.get(path.toAbsolutePath());
    return known == null ? parseAnew() : known;
  }

  private ModelProto parseAnew() throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new IOException("no such model: " + path);
    }
    if (Files.size(path) > LIMIT) {
      throw refused("it has " + Files.size(path) + " bytes where protobuf ends at " + LIMIT, null);
    }
    ModelProto model;
    try {
      model = LargeFile.parse(path);
    } catch (InvalidProtocolBufferException e) {
      throw refused("it is cut short, damaged or of another format", e);
    }
    if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
      throw refused("it holds no graph", null);
    }
    return model;
  }

  /** The error for this file. */
  public IOException refused(String reason, @Nullable Exception cause) {
    return new IOException(
        path
            + " is not an ONNX model that can be read: "
            + readable(reason)
            + "; export or copy it again",
        cause);
  }

  /** Names in a damaged file may hold anything, of any length. */
  private static String readable(String reason) {
    String plain = Names.onOneLine(reason.replaceAll("[\\p{Cntrl}\\x{FFFD}]+", " "));
    return plain.length() > 300 ? plain.substring(0, 300) + "..." : plain;
  }
}
