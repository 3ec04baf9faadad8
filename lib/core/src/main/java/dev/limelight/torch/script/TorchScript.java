package dev.limelight.torch.script;

import dev.limelight.io.Names;
import dev.limelight.model.signature.OutputRule;
import dev.limelight.support.UnsupportedException;
import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.PythonDict;
import dev.limelight.torch.TorchArchive;
import dev.limelight.torch.script.ScriptCode.ScriptClass;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The code of a TorchScript archive (.pt), traced or scripted, and how to add methods to it that
 * stop at a module and go on from there. The Python source of the model is not needed, and nothing
 * of the archive is run.
 */
public final class TorchScript {

  /** The method from forward's inputs to the tensors that cross the cut, activations first. */
  public static final String FEATURES = ScriptCut.FEATURES;

  /** The method from the list of {@link #FEATURES} to the logits. */
  public static final String HEAD = ScriptCut.HEAD;

  /** The method from forward's inputs to the outputs of several modules that everything passes. */
  public static final String THROUGH = ScriptCut.THROUGH;

  /** The method from a list with one module's output to a list with that of a later one. */
  public static final String BETWEEN = ScriptCut.BETWEEN;

  /** The method from forward's inputs to the shape of each module's output, in their order. */
  public static final String SHAPES = ScriptCut.SHAPES;

  /** The method from forward's inputs to the logits. */
  public static final String WHOLE = ScriptCut.WHOLE;

  /**
   * The method from forward's inputs to the output of each ReLU twice, in the order in which they
   * run, and then the logits. The recording after a ReLU begins at the second.
   */
  public static final String GUIDED = ScriptGuided.GUIDED;

  /** The pickle of the model and of the modules in it. */
  static final String DATA = "data.pkl";

  /** The folder of the code. */
  static final String CODE = "code/";

  /**
   * A module with one tensor as its output.
   *
   * @param path its path, such as {@code features.7}
   * @param kind its class, such as {@code Conv2d}
   */
  public record Module(String path, String kind) {}

  /**
   * A parameter or a buffer of real numbers.
   *
   * @param layer the module that owns it, or its own name for the whole model
   * @param name its path, such as {@code features.7.bias}
   */
  public record Weight(String layer, String name) {}

  /** Changes the numbers of a weight. */
  public interface Change {

    /** Changes them in place; each has {@code width} bytes. */
    void apply(String weight, ByteBuffer numbers, int width);
  }

  /** Changes the bytes of an entry. */
  interface Edit {
    byte[] of(byte[] bytes) throws IOException;

    default Edit then(Edit next) {
      return bytes -> next.of(of(bytes));
    }
  }

  private final ScriptClass top;
  private final String type;
  private final String text;
  private final ScriptCode code;
  private final PythonDict values;
  private final int output;
  private final ScriptFlow flow;
  private final Map<String, Edit> edits;
  private final ScriptPrecision precision;

  private TorchScript(
      ScriptClass top,
      String text,
      ScriptCode code,
      PythonDict values,
      int output,
      Map<String, Edit> edits,
      ScriptPrecision precision) {
    this.top = top;
    this.output = output;
    type = top.name();
    this.text = text;
    this.code = code;
    this.values = values;
    this.edits = edits;
    this.precision = precision;
    flow = ScriptFlow.of(code, top, values, output);
  }

  /**
   * Reads the code of an archive.
   *
   * @throws IOException if it is no such archive, or damaged, or malicious; one sentence
   * @throws UnsupportedException if its code is not understood
   */
  public static TorchScript read(Path file) throws IOException {
    return read(file, () -> false);
  }

  /**
   * The same of a file that may have been read before.
   *
   * @param known whether its loops and the sizes in its code are known to end and to fit into
   *     memory; asked once, after its pickles are read
   * @throws IOException if it cannot be read; one sentence
   */
  public static TorchScript read(Path file, BooleanSupplier known) throws IOException {
    try (TorchArchive archive = TorchArchive.read(file)) {
      Map<String, String> sources = new HashMap<>();
      Map<String, ModulePickle> pickles = new HashMap<>();
      for (String name : archive.names()) {
        if (name.startsWith(CODE) && name.endsWith(".py")) {
          sources.put(
              name.substring(CODE.length()),
              new String(archive.bytes(name), StandardCharsets.UTF_8));
        } else if (name.endsWith("pkl")) {
          // PyTorch reads all of them, some only when an error is to be explained.
          ModulePickle pickle = ModulePickle.read(file, archive, name);
          if (ModulePickle.isLoaded(name)) {
            pickles.put(name, pickle);
          }
        }
      }
      if (archive.names().contains("archive_format")) {
        throw new IOException(
            file + " is a program of torch.export and no TorchScript model; name it .pt2");
      }
      if (sources.isEmpty() || !archive.names().contains(DATA)) {
        throw new IOException(
            file
                + " holds no code, so it is a checkpoint of weights and no TorchScript model; save"
                + " the model with torch.jit.trace or torch.jit.script");
      }
      boolean checked = known.getAsBoolean();
      for (Map.Entry<String, String> source : sources.entrySet()) {
        if (!checked) {
          ScriptLimits.check(source.getKey(), source.getValue());
          ScriptSizes.check(source.getKey(), source.getValue());
        }
      }
      String type = type(file, archive.bytes(DATA));
      ScriptCode code = new ScriptCode(sources);
      ScriptClass top = code.find(type);
      if (top == null || !top.isModule()) {
        throw new IOException(
            file + " names " + Names.printable(type) + " as its model and holds no such class");
      }
      PythonDict values = Objects.requireNonNull(pickles.get(DATA)).model();
      if (!checked) {
        ScriptLoops.check(code, top, values);
      }
      String text = Objects.requireNonNull(sources.get(ScriptCode.file(type)));
      ScriptPrecision precision = ScriptPrecision.of(pickles, sources);
      return new TorchScript(top, text, code, values, 0, Map.of(), precision);
    } catch (MalformedFileException e) {
      throw MalformedFileException.of(file, e);
    } catch (UnsupportedException e) {
      throw e;
    } catch (IndexOutOfBoundsException | IllegalArgumentException | ClassCastException e) {
      // Code that is cut short anywhere, which the reader splits at signs that are not there.
      throw new UnsupportedException("its code is not as PyTorch writes it; save it again", e);
    }
  }

  /** The pickle begins with the name of the model's class. */
  private static String type(Path file, byte[] pickle) throws IOException {
    String start = new String(pickle, 0, Math.min(4096, pickle.length), StandardCharsets.UTF_8);
    int name = start.indexOf('\n');
    int end = start.indexOf('\n', name + 1);
    if (!start.startsWith("c__torch__", 2) || end < 0) {
      throw new IOException(file + " holds no model: its data.pkl does not begin with one");
    }
    return start.substring(3, name) + "." + start.substring(name + 1, end);
  }

  /** Its outputs, of which the first is explained unless another is chosen. */
  public List<OutputRule.Candidate> outputs() {
    return flow.candidates();
  }

  /**
   * The same model whose output of that index is explained.
   *
   * @param index of {@link #outputs}; -1 for all side by side, (N, total); -2 for the number of
   *     dimensions and the shape of each, one after another
   */
  public TorchScript withOutput(int index) {
    return index == output
        ? this
        : new TorchScript(top, text, code, values, index, edits, precision);
  }

  /** That it is of half or double precision and computed in float32, in a sentence, or "". */
  public String precisionNote() {
    return precision.note();
  }

  /** The modules with a visible output, in the order of computation. */
  public List<Module> modules() {
    return flow.marks().stream().map(mark -> new Module(mark.path(), mark.kind())).toList();
  }

  /** Its parameters and buffers of real numbers, from the output down to the input. */
  public List<Weight> weights() {
    return new ScriptWeights(values, flow.calls()).fromTheOutput();
  }

  /** The channels that the first convolution reads, or 0 if there is none. */
  public long channels() {
    return new ScriptWeights(values, flow.calls()).channels();
  }

  /**
   * The same model whose copies have other weights; the archive itself is not changed.
   *
   * @param names of {@link #weights}
   */
  public TorchScript with(Set<String> names, Change change) {
    Map<String, Edit> all = new HashMap<>(edits);
    new ScriptWeights(values, flow.calls())
        .edits(names, change)
        .forEach((entry, edit) -> all.merge(entry, edit, Edit::then));
    return new TorchScript(top, text, code, values, output, all, precision);
  }

  /** Whether the model can be cut after a module. */
  public boolean canCut(String path) {
    try {
      new ScriptCut(flow, flow.mark(path));
      return true;
    } catch (UnsupportedException e) {
      return false;
    }
  }

  /** Whether everything passes a module: a cut after it carries nothing but its output. */
  public boolean isPassed(String path) {
    try {
      return new ScriptCut(flow, flow.mark(path)).carriesNothing();
    } catch (UnsupportedException e) {
      return false;
    }
  }

  /** The activation after the logits, which is left out, such as {@code softmax}, or null. */
  public @Nullable String outputActivation() {
    return flow.output().activation();
  }

  /** The operator after the scores that ranks them and is left out, such as topk, or null. */
  public @Nullable String ranked() {
    return flow.output().ranked();
  }

  /** The operator that ranks the scores where more is made of them afterwards, or null. */
  public @Nullable String ranking() {
    return flow.ranking();
  }

  /**
   * Where it mirrors or turns the picture before its first convolution; a sentence each.
   *
   * @param channelsLast whether the model takes (N, H, W, C)
   */
  public List<String> orientation(boolean channelsLast) {
    return flow.orientation(channelsLast ? "NHWC" : "NCHW");
  }

  /** Copies an archive as it is computed, which is in float32. */
  public void writeInFloat32(Path source, Path target) throws IOException {
    write(source, "", target);
  }

  /**
   * Copies an archive and adds the two methods of a cut.
   *
   * @throws UnsupportedException if the model cannot be cut after that module; the message says why
   * @throws java.util.NoSuchElementException if there is no such module
   */
  public void writeCut(Path source, String path, Path target) throws IOException {
    write(source, new ScriptCut(flow, flow.mark(path)).methods(type), target);
  }

  /**
   * Copies an archive and adds a method that returns the outputs of modules.
   *
   * @param paths of modules, in the order of computation
   */
  public void writeThrough(Path source, List<String> paths, Path target) throws IOException {
    List<ScriptFlow.Mark> marks = paths.stream().map(flow::mark).toList();
    write(source, ScriptCut.through(flow, marks, type), target);
  }

  /** Copies an archive and adds a method from one module, which everything passes, to another. */
  public void writeBetween(Path source, String from, String to, Path target) throws IOException {
    ScriptCut cut = new ScriptCut(flow, flow.mark(from));
    write(source, cut.between(flow.mark(to), type), target);
  }

  /** Copies an archive and adds a method that returns the logits. */
  public void writeWhole(Path source, Path target) throws IOException {
    write(source, ScriptCut.whole(flow, type), target);
  }

  /** Copies an archive and adds a method that returns the shapes of {@link #modules()}. */
  public void writeShapes(Path source, Path target) throws IOException {
    write(source, ScriptCut.shapes(flow, type), target);
  }

  /**
   * Copies an archive and adds a method that returns its ReLUs.
   *
   * @throws UnsupportedException if one is inside a condition or a loop; the message says where
   */
  public void writeGuided(Path source, Path target) throws IOException {
    write(source, guided().text(), target);
  }

  /**
   * The activations that {@link #writeGuided} finds.
   *
   * @param relus how many are ReLUs, clipped or not
   * @param others how many are similar, such as SiLU
   */
  public record Activations(int relus, int others) {}

  /**
   * Counts the activations.
   *
   * @throws UnsupportedException if a ReLU is inside a condition or a loop; the message says where
   */
  public Activations activations() {
    ScriptGuided.Written written = guided();
    return new Activations(written.relus(), written.others());
  }

  private ScriptGuided.Written guided() {
    ScriptFlow down = ScriptFlow.of(code, top, values, output, ScriptRelus.ofAllActivations(code));
    return ScriptGuided.method(down, new ScriptRelus(code), type);
  }

  /** The flow in which each operator has a statement. */
  ScriptFlow writtenOut() {
    return ScriptFlow.writtenOut(code, top, values, output);
  }

  private void write(Path source, String methods, Path target) throws IOException {
    String changed = CODE + ScriptCode.file(type);
    try (TorchArchive archive = TorchArchive.read(source);
        ZipOutputStream out =
            new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(target)))) {
      // As PyTorch writes it.
      out.setMethod(ZipOutputStream.STORED);
      for (String name : archive.names()) {
        // They map lines of code to Python's and would fit no longer.
        if (name.endsWith(".debug_pkl")) {
          continue;
        }
        byte[] bytes = null;
        if (name.equals(changed)) {
          bytes = ScriptCode.with(text, type, methods).getBytes(StandardCharsets.UTF_8);
        } else if (edits.containsKey(name)) {
          bytes = edits.get(name).of(archive.bytes(name));
        }
        Edit widening = precision.edits().get(name);
        if (widening != null) {
          bytes = widening.of(bytes == null ? archive.bytes(name) : bytes);
        }
        ZipEntry entry = new ZipEntry("archive/" + name);
        entry.setSize(bytes == null ? archive.size(name) : bytes.length);
        entry.setCrc(bytes == null ? archive.sum(name) : TorchArchive.sum(bytes));
        out.putNextEntry(entry);
        if (bytes == null) {
          archive.copy(name, out);
        } else {
          out.write(bytes);
        }
      }
    }
  }
}
