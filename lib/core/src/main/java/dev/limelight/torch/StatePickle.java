package dev.limelight.torch;

import dev.limelight.torch.PythonName.Dtype;
import dev.limelight.torch.PythonName.Function;
import dev.limelight.torch.PythonName.StorageClass;
import dev.limelight.torch.TensorView.Storage;
import dev.limelight.torch.TorchTensor.DataType;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Reads a pickle without running it. Each step that could name, call or fill an object of Python is
 * taken here and never reaches the library, which would create its own objects; so does each one
 * that begins with a length, which the library would believe.
 */
@API(status = Status.INTERNAL)
public class StatePickle extends Unpickler {

  /** Far above the size of any state dict's names, and a fraction of the heap. */
  public static final long MAX_BYTES = Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 16);

  /** A step of one byte can leave an object of a hundred; together they fit into the heap. */
  private static final long MAX_STEPS =
      Math.min(20_000_000, Runtime.getRuntime().maxMemory() / 512);

  private final PickleInput in;
  private final PickleNesting nesting = new PickleNesting();
  private final Map<String, Storage> storages = new LinkedHashMap<>();
  private long steps;

  public StatePickle(PickleInput in) {
    this.in = in;
  }

  /** The next pickle of the file. */
  public Object next() throws IOException {
    in.allow(MAX_BYTES);
    memo.clear();
    nesting.clear();
    try {
      return load(in);
    } catch (RuntimeException e) {
      // What the library meets in a damaged pickle, it casts and indexes without a look.
      IOException damaged =
          new MalformedFileException(
              "is damaged: its pickle cannot be followed; copy or download it again");
      damaged.initCause(e);
      throw damaged;
    }
  }

  /** The storages that were named so far, by key. */
  public Map<String, Storage> storages() {
    return storages;
  }

  @Override
  protected Object dispatch(short key) throws IOException {
    count(1);
    switch (key) {
      case Opcodes.GLOBAL -> stack.add(named(in.line(), in.line()));
      case Opcodes.STACK_GLOBAL -> {
        String name = (String) stack.pop();
        stack.add(named((String) stack.pop(), name));
      }
      case Opcodes.INST -> {
        PythonName called = named(in.line(), in.line());
        stack.add(call(called, stack.pop_all_since_marker().toArray()));
      }
      case Opcodes.OBJ -> {
        List<Object> parts = stack.pop_all_since_marker();
        stack.add(call(parts.get(0), parts.subList(1, parts.size()).toArray()));
      }
      case Opcodes.REDUCE, Opcodes.NEWOBJ -> {
        Object[] arguments = (Object[]) stack.pop();
        stack.add(call(stack.pop(), arguments));
      }
      case Opcodes.BUILD -> {
        Object state = stack.pop();
        if (!(stack.peek() instanceof PythonDict dict)) {
          throw new MalformedFileException(
              "sets the state of an object, which no state dict needs; it was not run");
        }
        build(dict, state);
        nesting.put(dict, state instanceof PythonDict filled ? filled.items().values() : List.of());
      }
      case Opcodes.BINPERSID -> stack.add(storage((Object[]) stack.pop()));
      case Opcodes.EMPTY_DICT -> stack.add(new PythonDict());
      case Opcodes.TUPLE -> tuple(stack.pop_all_since_marker());
      case Opcodes.TUPLE1 -> tuple(popped(1));
      case Opcodes.TUPLE2 -> tuple(popped(2));
      case Opcodes.TUPLE3 -> tuple(popped(3));
      case Opcodes.LIST -> {
        List<Object> items = stack.pop_all_since_marker();
        stack.add(new ArrayList<>());
        append(items);
      }
      case Opcodes.APPEND -> append(popped(1));
      case Opcodes.APPENDS -> append(stack.pop_all_since_marker());
      case Opcodes.DICT -> {
        List<Object> pairs = stack.pop_all_since_marker();
        stack.add(new PythonDict());
        set(pairs);
      }
      case Opcodes.SETITEM -> set(popped(2));
      case Opcodes.SETITEMS -> set(stack.pop_all_since_marker());
      case Opcodes.BINUNICODE -> stack.add(text(4));
      case Opcodes.BINUNICODE8 -> stack.add(text(8));
      case Opcodes.BINSTRING -> stack.add(text(4));
      case Opcodes.BINBYTES -> stack.add(in.bytes(in.number(4)));
      case Opcodes.BINBYTES8, Opcodes.BYTEARRAY8 -> stack.add(in.bytes(in.number(8)));
      case Opcodes.LONG4 -> stack.add(PickleUtils.decode_long(in.bytes(in.number(4))));
      case Opcodes.LONG -> stack.add(PickleUtils.optimizeBigint(decimal(in.line())));
      case Opcodes.PERSID,
          Opcodes.EXT1,
          Opcodes.EXT2,
          Opcodes.EXT4,
          Opcodes.NEWOBJ_EX,
          Opcodes.NEXT_BUFFER,
          Opcodes.EMPTY_SET,
          Opcodes.ADDITEMS,
          Opcodes.FROZENSET ->
          throw new MalformedFileException(
              "uses the pickle step "
                  + key
                  + ", which no state dict needs; save model.state_dict() alone");
      default -> {
        return super.dispatch(key);
      }
    }
    return NO_RETURN_VALUE;
  }

  /** The topmost objects of the stack, the uppermost last. */
  private List<Object> popped(int count) {
    LinkedList<Object> objects = new LinkedList<>();
    for (int i = 0; i < count; i++) {
      objects.addFirst(stack.pop());
    }
    return objects;
  }

  private void tuple(List<Object> items) throws MalformedFileException {
    Object[] tuple = items.toArray();
    nesting.put(tuple, items);
    stack.add(tuple);
  }

  @SuppressWarnings("unchecked")
  private void append(List<Object> items) throws MalformedFileException {
    List<Object> list = (List<Object>) stack.peek();
    nesting.put(list, items);
    list.addAll(items);
  }

  private void set(List<Object> pairs) throws MalformedFileException {
    PythonDict dict = (PythonDict) stack.peek();
    nesting.put(dict, pairs);
    dict.putAll(pairs);
  }

  private void count(int more) throws MalformedFileException {
    steps += more;
    if (steps > MAX_STEPS) {
      throw new MalformedFileException(
          "has a pickle of too many steps for a state dict; save model.state_dict() alone");
    }
  }

  private String text(int lengthBytes) throws IOException {
    return new String(in.bytes(in.number(lengthBytes)), StandardCharsets.UTF_8);
  }

  private static BigInteger decimal(String line) {
    return new BigInteger(line.endsWith("L") ? line.substring(0, line.length() - 1) : line);
  }

  /** The object of a name. */
  protected PythonName named(String module, String name) throws MalformedFileException {
    return PythonName.of(module, name);
  }

  /** An OrderedDict comes with _metadata, which says nothing about its tensors. */
  protected void build(PythonDict dict, Object state) throws MalformedFileException {}

  protected Object call(Object called, Object[] arguments) throws MalformedFileException {
    if (!(called instanceof Function function)) {
      throw new MalformedFileException("calls what is no function of a state dict; it was not run");
    }
    switch (function) {
      case REBUILD_TENSOR, REBUILD_TENSOR_V2 -> {
        Storage storage = (Storage) arguments[0];
        refuseMetadata(arguments, 6);
        return view(storage, storage.type(), arguments);
      }
      case REBUILD_TENSOR_V3 -> {
        refuseMetadata(arguments, 7);
        return view((Storage) arguments[0], ((Dtype) arguments[6]).type(), arguments);
      }
      case REBUILD_PARAMETER -> {
        return (TensorView) arguments[0];
      }
      case SIZE -> {
        return (Object[]) arguments[0];
      }
      case DEVICE -> {
        return "device";
      }
      default -> {
        return arguments.length == 0 || !(arguments[0] instanceof PythonDict)
            ? new PythonDict()
            : (PythonDict) arguments[0];
      }
    }
  }

  /** A tensor may be marked as the negative of what is stored, which would be read wrongly. */
  private static void refuseMetadata(Object[] arguments, int at) throws MalformedFileException {
    if (arguments.length > at
        && arguments[at] instanceof PythonDict metadata
        && metadata.items().containsValue(true)) {
      throw new MalformedFileException(
          "holds a conjugate or negative view; save it again after resolve_neg()");
    }
  }

  private TensorView view(Storage storage, DataType type, Object[] arguments)
      throws MalformedFileException {
    long[] shape = lengths(arguments[2]);
    long[] strides = lengths(arguments[3]);
    count(1 + (shape.length + strides.length) / 16);
    return TensorView.of(storage, type, whole(arguments[1]), shape, strides);
  }

  private static long[] lengths(Object tuple) {
    Object[] items = (Object[]) tuple;
    long[] lengths = new long[items.length];
    for (int i = 0; i < items.length; i++) {
      lengths[i] = whole(items[i]);
    }
    return lengths;
  }

  private static long whole(Object number) {
    return number instanceof Integer small ? small : (Long) number;
  }

  private Storage storage(Object[] id) throws MalformedFileException {
    if (!"storage".equals(id[0]) || id.length > 5 && id[5] != null) {
      throw new MalformedFileException(
          "holds a whole module or a view of a storage as PyTorch before 0.4 wrote it;"
              + " save model.state_dict() with a newer one");
    }
    DataType type = ((StorageClass) id[1]).type();
    long numbers = whole(id[4]);
    if (numbers < 0 || numbers > Long.MAX_VALUE / type.bytes()) {
      throw new MalformedFileException(
          "is damaged: a storage has " + numbers + " numbers; copy it again");
    }
    String key = (String) id[2];
    Storage storage = new Storage(key, type, numbers * type.bytes());
    Storage first = storages.putIfAbsent(key, storage);
    if (first != null && first.bytes() != storage.bytes()) {
      throw new MalformedFileException("is damaged: a storage has two lengths; copy it again");
    }
    return storage;
  }
}
