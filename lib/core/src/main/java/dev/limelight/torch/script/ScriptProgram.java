package dev.limelight.torch.script;

import dev.limelight.model.signature.OutputRule;
import dev.limelight.support.UnsupportedException;
import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.TensorView;
import dev.limelight.torch.TorchArchive;
import dev.limelight.torch.TorchTensor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * The forward pass of a TorchScript archive, written out down to PyTorch's operators, and its
 * tensors. Nothing of the archive is run.
 */
@API(status = Status.INTERNAL)
public final class ScriptProgram implements Closeable {

  /**
   * A statement.
   *
   * @param targets the variables that it assigns
   * @param apart whether they take the parts of a list or tuple
   * @param value the right side; of an {@code if} or a loop its first line
   * @param body what it encloses, or nothing
   * @param otherwise what its {@code else} encloses, or nothing
   */
  public record Line(
      List<String> targets, boolean apart, String value, List<Line> body, List<Line> otherwise) {

    private static Line of(ScriptStatement statement) {
      ScriptStatement.Assignment assignment = statement.assignment();
      return new Line(
          assignment == null ? List.of() : assignment.targets(),
          assignment != null && isApart(assignment, statement.text()),
          assignment == null ? statement.text() : assignment.value(),
          statement.body().stream().map(Line::of).toList(),
          statement.otherwise().stream().map(Line::of).toList());
    }

    /** A comma behind a single variable takes a list of one apart. */
    private static boolean isApart(ScriptStatement.Assignment assignment, String text) {
      List<String> targets = assignment.targets();
      return targets.size() > 1 || text.startsWith(targets.get(0) + ",");
    }
  }

  /**
   * A layer at which PyTorch's engine cuts.
   *
   * @param path its name, such as {@code layer1.0}
   * @param variable the variable that holds its output
   * @param position the number of lines before it
   */
  public record Layer(String path, String variable, int position) {}

  /**
   * A tensor of the archive.
   *
   * @param folder of the entry with its numbers
   * @param view its place in it
   */
  public record Stored(String folder, TensorView view) {}

  /** What tensors may repeat of their storages, as an expanded one does. */
  private static final long REPEATED = 64L << 20;

  private final TorchArchive archive;
  private final TorchScript script;
  private final ScriptFlow flow;
  private final List<Object> constants;
  private final Map<String, ByteBuffer> storages = new HashMap<>();
  private final Map<TensorView, TorchTensor> tensors = new IdentityHashMap<>();
  private long there;
  private long read;

  private ScriptProgram(TorchArchive archive, TorchScript script, List<Object> constants) {
    this.archive = archive;
    this.script = script;
    this.constants = constants;
    flow = script.writtenOut();
  }

  /**
   * Opens an archive; the caller closes it.
   *
   * @throws IOException if it cannot be read, or is malicious; one sentence
   * @throws UnsupportedException if its code cannot be written out
   */
  public static ScriptProgram open(Path file) throws IOException {
    TorchScript script = TorchScript.read(file);
    check(script);
    TorchArchive archive = TorchArchive.read(file);
    boolean opened = false;
    try {
      ScriptProgram program =
          new ScriptProgram(archive, script, ModulePickle.constants(file, archive));
      opened = true;
      return program;
    } catch (StackOverflowError e) {
      throw new UnsupportedException("its functions call one another without an end", e);
    } catch (IndexOutOfBoundsException | IllegalArgumentException | ClassCastException e) {
      throw new UnsupportedException("its code is not as PyTorch writes it; save it again", e);
    } finally {
      if (!opened) {
        archive.close();
      }
    }
  }

  private static void check(TorchScript script) {
    List<OutputRule.Candidate> outputs = script.outputs();
    if (outputs.size() > 1) {
      throw new UnsupportedException("it has " + outputs.size() + " outputs");
    }
    if (script.ranked() != null || script.ranking() != null) {
      throw new UnsupportedException("its output ranks the classes");
    }
    if (!script.precisionNote().isEmpty()) {
      throw new UnsupportedException("its weights are of half or double precision");
    }
  }

  /** The variable with the picture. */
  public String picture() {
    return flow.parameters().get(0).name();
  }

  /** The further variables of its forward pass, with the text of their defaults. */
  public Map<String, String> defaults() {
    Map<String, String> defaults = new HashMap<>();
    for (ScriptMethod.Parameter parameter : flow.parameters()) {
      if (parameter.defaultValue() != null) {
        defaults.put(parameter.name(), parameter.defaultValue());
      }
    }
    return defaults;
  }

  /** The channels that the first convolution reads, or 0 if that is not known. */
  public long channels() {
    return script.channels();
  }

  /** The statements in the order in which they run. */
  public List<Line> lines() {
    return flow.statements().stream().map(Line::of).toList();
  }

  /** The layers at which PyTorch's engine cuts, in the order of computation. */
  public List<Layer> layers() {
    return script.modules().stream()
        .map(TorchScript.Module::path)
        .filter(script::canCut)
        .map(this::mark)
        .filter(Objects::nonNull)
        .map(mark -> new Layer(mark.path(), mark.variable(), mark.position()))
        .toList();
  }

  /** Null where the code written out shows no output of its own, as of what only hands on. */
  private ScriptFlow.@Nullable Mark mark(String path) {
    return flow.marks().stream().filter(mark -> mark.path().equals(path)).findFirst().orElse(null);
  }

  /** The text of what it gives. */
  public String result() {
    return flow.result(0);
  }

  /**
   * The value of an expression such as {@code self.layer1.stride}: a {@link Stored} tensor, a
   * number, a truth value, a text, a list or a tuple of these, or null if it is none.
   */
  public @Nullable Object attribute(String expression) {
    Object value =
        expression.matches("CONSTANTS\\.c\\d{1,6}")
            ? constant(Integer.parseInt(expression.substring("CONSTANTS.c".length())))
            : flow.modules().attribute(expression);
    return value instanceof TensorView view
        ? new Stored(expression.startsWith("CONSTANTS.") ? "constants/" : "data/", view)
        : value;
  }

  private @Nullable Object constant(int index) {
    return index < constants.size() ? constants.get(index) : null;
  }

  /** The path of an attribute such as {@code layer1.0.weight}, or null if it is none. */
  public @Nullable String path(String expression) {
    return flow.modules().path(expression);
  }

  /** Reads a tensor. */
  public TorchTensor tensor(Stored stored) throws IOException {
    TorchTensor known = tensors.get(stored.view());
    if (known == null) {
      known = read(stored);
      tensors.put(stored.view(), known);
    }
    return known;
  }

  private TorchTensor read(Stored stored) throws IOException {
    TorchArchive.checkHeap(stored.view().bytes());
    String entry = stored.folder() + stored.view().storage().key();
    ByteBuffer bytes = storages.get(entry);
    if (bytes == null) {
      bytes = ByteBuffer.wrap(archive.bytes(entry)).order(ByteOrder.LITTLE_ENDIAN);
      storages.put(entry, bytes);
      there += bytes.limit();
    }
    read = Math.addExact(read, stored.view().bytes());
    if (read > there + REPEATED) {
      throw new MalformedFileException(
          "has tensors of " + read + " bytes on storages of " + there + "; save it again");
    }
    if (bytes.limit() < stored.view().storage().bytes()) {
      throw new MalformedFileException(
          "is damaged: a storage is shorter than it claims; copy it again");
    }
    return stored.view().on(bytes);
  }

  @Override
  public void close() throws IOException {
    archive.close();
  }
}
