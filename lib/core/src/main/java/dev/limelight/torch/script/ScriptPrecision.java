package dev.limelight.torch.script;

import dev.limelight.support.UnsupportedException;
import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.TensorView.Storage;
import dev.limelight.torch.TorchArchive;
import dev.limelight.torch.TorchTensor;
import dev.limelight.torch.TorchTensor.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The types of real numbers that an archive has beside float32, in which it is computed: pictures
 * and maps are float32, and PyTorch has few fast kernels for the others on a CPU. Its copies have
 * their weights, constants and conversions in float32.
 *
 * @param types FLOAT16, BFLOAT16 or FLOAT64; none if the archive stays as it is
 * @param edits what makes float32 of the archive's entries, by their names
 */
record ScriptPrecision(Set<DataType> types, Map<String, TorchScript.Edit> edits) {

  private static final Set<DataType> HALVES = EnumSet.of(DataType.FLOAT16, DataType.BFLOAT16);

  /** The numbers by which code names the types. */
  private static final Map<String, DataType> CODES =
      Map.of("5", DataType.FLOAT16, "15", DataType.BFLOAT16, "7", DataType.FLOAT64);

  private static final String FLOAT32 = "6";

  /** Arguments that are types and have no name; all others are written with theirs. */
  private static final Map<String, List<Integer>> POSITIONS =
      Map.of(
          "to", List.of(1, 2),
          "softmax", List.of(2),
          "log_softmax", List.of(2),
          "_autocast_to_reduced_precision", List.of(3, 4));

  private static final Map<String, DataType> STORAGES =
      Map.of("Half", DataType.FLOAT16, "BFloat16", DataType.BFLOAT16, "Double", DataType.FLOAT64);

  /** Copies. */
  ScriptPrecision {
    types = Set.copyOf(types);
    edits = Map.copyOf(edits);
  }

  /**
   * That of an archive.
   *
   * @param pickles those that PyTorch loads, by their names
   * @param sources the text of each {@code .py} by its path below {@code code/}
   * @throws UnsupportedException if it cannot be written in float32; the message says why
   */
  static ScriptPrecision of(Map<String, ModulePickle> pickles, Map<String, String> sources) {
    Set<DataType> weights = EnumSet.noneOf(DataType.class);
    Set<DataType> all = EnumSet.noneOf(DataType.class);
    pickles.forEach(
        (name, pickle) -> {
          Set<DataType> found = reals(pickle.storages().values());
          all.addAll(found);
          weights.addAll(name.equals(TorchScript.DATA) ? found : Set.of());
        });
    sources.values().forEach(text -> new Code(text, false).typesInto(all));
    boolean isDouble = weights.contains(DataType.FLOAT64) && !weights.contains(DataType.FLOAT32);
    boolean isHalf = all.stream().anyMatch(HALVES::contains);
    if (!isHalf && !isDouble) {
      return new ScriptPrecision(Set.of(), Map.of());
    }
    Map<String, TorchScript.Edit> edits = new HashMap<>();
    sources.forEach(
        (name, text) -> {
          new Code(text, true).floats();
          edits.put(TorchScript.CODE + name, ScriptPrecision::code);
        });
    pickles.forEach((name, pickle) -> add(edits, name, pickle));
    all.remove(DataType.FLOAT32);
    return new ScriptPrecision(all, edits);
  }

  private static Set<DataType> reals(Collection<Storage> storages) {
    Set<DataType> types = EnumSet.noneOf(DataType.class);
    storages.stream().map(Storage::type).filter(one -> !one.isInteger()).forEach(types::add);
    return types;
  }

  private static void add(Map<String, TorchScript.Edit> edits, String name, ModulePickle pickle) {
    if (pickle.hasViewsOfOtherTypes()) {
      throw unsupported("a tensor reads the numbers of another type as its own");
    }
    List<Long> ends = List.copyOf(pickle.namesOfOtherReals());
    edits.put(name, bytes -> named(bytes, ends));
    for (Storage storage : pickle.storages().values()) {
      if (CODES.containsValue(storage.type()) && storage.bytes() > 0) {
        edits.put(ModulePickle.entry(name, storage), bytes -> floats(bytes, storage));
      }
    }
  }

  private static UnsupportedException unsupported(String why) {
    return new UnsupportedException(
        "it is not of float32, which pictures are, and "
            + why
            + ", so it cannot be computed in float32; save it again after model.float()");
  }

  /** What a reader of maps has to know, in a sentence, or "". */
  String note() {
    if (types.isEmpty()) {
      return "";
    }
    return types.equals(Set.of(DataType.FLOAT64))
        ? "the model is of double precision and computed in float32"
        : "the model is of half precision and computed in float32";
  }

  /** A pickle whose storages are of float32; it ends each of their names at one of these places. */
  private static byte[] named(byte[] pickle, List<Long> ends) {
    // A byte is a letter, and the other way round.
    String text = new String(pickle, StandardCharsets.ISO_8859_1);
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (long end : ends) {
      String before = text.substring(0, (int) end);
      String name =
          STORAGES.keySet().stream()
              .map(one -> "ctorch\n" + one + "Storage\n")
              .filter(before::endsWith)
              .findFirst()
              .orElseThrow(
                  () -> unsupported("its pickle names its types as PyTorch does not write them"));
      out.append(text, from, (int) end - name.length()).append("ctorch\nFloatStorage\n");
      from = (int) end;
    }
    return out.append(text, from, text.length()).toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The numbers of a storage as float32. */
  private static byte[] floats(byte[] bytes, Storage storage) throws IOException {
    int width = storage.type().bytes();
    int count = (int) (storage.bytes() / width);
    if (bytes.length < storage.bytes()) {
      throw new MalformedFileException(
          "is damaged: a storage is shorter than it claims; copy it again");
    }
    TorchArchive.checkHeap((long) count * Float.BYTES);
    ByteBuffer data = ByteBuffer.wrap(bytes, 0, count * width).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new TorchTensor(storage.type(), new long[] {count}, data).toFloatArray();
    ByteBuffer out = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      boolean finite =
          storage.type() == DataType.FLOAT64 && Double.isFinite(data.getDouble(i * width));
      // What is finite in double precision stays finite.
      out.putFloat(
          finite ? Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, values[i])) : values[i]);
    }
    return out.array();
  }

  private static byte[] code(byte[] text) {
    return new Code(new String(text, StandardCharsets.UTF_8), true)
        .floats()
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A file of code, in which types are arguments of calls. */
  private static final class Code {

    /** A bracket that is open: what is called, and how many commas followed. */
    private static final class Call {
      private final String function;
      private int argument;

      Call(String function) {
        this.function = function;
      }
    }

    private final List<String> words;
    private final boolean checked;
    private final Deque<Call> calls = new ArrayDeque<>();
    private final Set<DataType> found = EnumSet.noneOf(DataType.class);

    /**
     * @param checked whether what has no counterpart in float32 is refused
     */
    Code(String text, boolean checked) {
      words = ScriptTokens.of(text);
      this.checked = checked;
    }

    /** Adds the types of half precision that it names; doubles are in any code. */
    void typesInto(Set<DataType> types) {
      floats();
      found.retainAll(HALVES);
      types.addAll(found);
    }

    /** The code with float32 in the place of other types. */
    String floats() {
      StringBuilder out = new StringBuilder();
      String last = "";
      String beforeLast = "";
      for (int i = 0; i < words.size(); i++) {
        String word = words.get(i);
        if (checked && last.equals(",") && isAt("view", List.of(1)) && isNumber(word)) {
          throw unsupported("its torch.view reads the bits of numbers as another type");
        }
        DataType type = CODES.get(word);
        if (type != null && isType(last, beforeLast, next(i))) {
          found.add(type);
          out.append(FLOAT32);
        } else {
          out.append(word);
        }
        if (!word.isBlank()) {
          follow(i, last);
          beforeLast = last;
          last = word;
        }
      }
      return out.toString();
    }

    private void follow(int i, String last) {
      switch (words.get(i)) {
        case "(" -> calls.push(new Call(isOfTorch(i) ? last : ""));
        case "[", "{" -> calls.push(new Call(""));
        case ")", "]", "}" -> calls.poll();
        case "," -> {
          if (!calls.isEmpty()) {
            calls.peek().argument++;
          }
        }
        default -> {
          // Part of an argument.
        }
      }
    }

    /** Whether a bracket follows torch.NAME and no longer path, which has other arguments. */
    private boolean isOfTorch(int i) {
      return i > 2
          && words.get(i - 2).equals(".")
          && words.get(i - 3).equals("torch")
          && (i == 3 || !words.get(i - 4).equals("."));
    }

    private String next(int i) {
      int at = i + 1;
      while (at < words.size() && words.get(at).isBlank()) {
        at++;
      }
      return at < words.size() ? words.get(at) : "";
    }

    private boolean isType(String last, String beforeLast, String next) {
      if (calls.isEmpty() || !next.equals(",") && !next.equals(")")) {
        return false;
      }
      return last.equals("=")
          ? beforeLast.equals("dtype")
          : last.equals(",")
              && POSITIONS.entrySet().stream()
                  .anyMatch(function -> isAt(function.getKey(), function.getValue()));
    }

    /** Whether this is one of these arguments of a function. */
    private boolean isAt(String function, List<Integer> arguments) {
      Call call = calls.peek();
      return call != null && call.function.equals(function) && arguments.contains(call.argument);
    }

    private static boolean isNumber(String word) {
      return Character.isDigit(word.charAt(0));
    }
  }
}
