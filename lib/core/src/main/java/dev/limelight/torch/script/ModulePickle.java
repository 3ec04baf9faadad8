package dev.limelight.torch.script;

import dev.limelight.io.Names;
import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.PickleInput;
import dev.limelight.torch.PythonDict;
import dev.limelight.torch.PythonName;
import dev.limelight.torch.StatePickle;
import dev.limelight.torch.TensorView;
import dev.limelight.torch.TensorView.Storage;
import dev.limelight.torch.TorchArchive;
import dev.limelight.torch.TorchTensor.DataType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Reads the attributes of a TorchScript model, and of the modules in it, without running it. */
final class ModulePickle extends StatePickle {

  private static final String CONSTANTS = "constants.pkl";

  /** What PyTorch reads when it loads a model; the others explain errors. */
  private static final Set<String> LOADED = Set.of(TorchScript.DATA, CONSTANTS);

  private final PickleInput in;
  private final List<Long> names = new ArrayList<>();
  private boolean otherViews;
  private Object whole = new PythonDict();

  private ModulePickle(PickleInput in) {
    super(in);
    this.in = in;
  }

  /** Whether PyTorch reads a pickle of that name when it loads a model. */
  static boolean isLoaded(String name) {
    return LOADED.contains(name);
  }

  /** The entry with the numbers of a storage that a pickle names. */
  static String entry(String pickle, Storage storage) {
    return pickle.replaceFirst("pkl$", "").replace('.', '/') + storage.key();
  }

  /**
   * Reads a pickle.
   *
   * @param name of the pickle in the archive
   */
  static ModulePickle read(Path file, TorchArchive archive, String name) throws IOException {
    byte[] bytes = archive.bytes(name);
    try (PickleInput in = new PickleInput(new ByteArrayInputStream(bytes), bytes.length)) {
      ModulePickle pickle = new ModulePickle(in);
      Object read = pickle.next();
      if (LOADED.contains(name)) {
        checkStorages(pickle.storages().values(), archive, name);
      }
      pickle.whole = read;
      return pickle;
    } catch (IOException e) {
      throw MalformedFileException.of(file, e);
    }
  }

  /** The tensors that the code names as constants. */
  static List<Object> constants(Path file, TorchArchive archive) throws IOException {
    if (!archive.names().contains(CONSTANTS)) {
      return List.of();
    }
    return read(file, archive, CONSTANTS).whole instanceof Object[] tuple
        ? Arrays.asList(tuple)
        : List.of();
  }

  /** PyTorch reads as many bytes as the pickle says, also those that the file does not have. */
  private static void checkStorages(
      Collection<Storage> storages, TorchArchive archive, String pickle) throws IOException {
    for (Storage storage : storages) {
      String entry = entry(pickle, storage);
      if (storage.bytes() > 0
          && (!archive.names().contains(entry) || archive.size(entry) < storage.bytes())) {
        throw new MalformedFileException(
            "is damaged: its entry "
                + Names.printable(entry)
                + " is shorter than the "
                + storage.bytes()
                + " bytes of its tensors; copy it again");
      }
    }
  }

  /** TorchScript's own names are harmless here, as nothing is looked up by them. */
  @Override
  protected PythonName named(String module, String name) throws MalformedFileException {
    if (module.startsWith("__torch__")) {
      return new PythonName.Script(true);
    }
    if (module.startsWith("torch.jit.")) {
      return new PythonName.Script(false);
    }
    PythonName found = super.named(module, name);
    if (found instanceof PythonName.StorageClass storage && isOtherReal(storage.type())) {
      names.add(in.position());
    }
    return found;
  }

  private static boolean isOtherReal(DataType type) {
    return !type.isInteger() && type != DataType.FLOAT32;
  }

  /** The attributes of the model; those that are modules are dicts in turn. */
  PythonDict model() {
    return whole instanceof PythonDict model ? model : new PythonDict();
  }

  /** Where the names of storages of other real numbers than float32 end. */
  List<Long> namesOfOtherReals() {
    return names;
  }

  /** Whether real numbers other than float32 share a storage with another type. */
  boolean hasViewsOfOtherTypes() {
    return otherViews;
  }

  @Override
  protected Object call(Object called, Object[] arguments) throws MalformedFileException {
    if (called instanceof PythonName.Script script) {
      checkNumbers(List.of(arguments));
      return script.isClass() || arguments.length == 0 ? new PythonDict() : arguments[0];
    }
    Object made = super.call(called, arguments);
    if (made instanceof TensorView view) {
      DataType stored = Objects.requireNonNull(storages().get(view.storage().key())).type();
      boolean other = isOtherReal(view.type()) || isOtherReal(stored);
      otherViews |= other && !(view.type() == stored && view.storage().type() == stored);
    }
    return made;
  }

  @Override
  protected void build(PythonDict dict, Object state) throws MalformedFileException {
    if (state instanceof PythonDict attributes) {
      checkNumbers(attributes.items().values());
      dict.items().putAll(attributes.items());
    }
  }

  /** PyTorch's kernels cut strides and sizes to 32 bits, and divide by what is left. */
  private static void checkNumbers(Collection<?> values) throws MalformedFileException {
    for (Object value : values) {
      if (value instanceof List<?> list) {
        checkNumbers(list);
      } else if (value instanceof Object[] tuple) {
        checkNumbers(Arrays.asList(tuple));
      } else if (value instanceof BigInteger
          || value instanceof Long number && number != (int) (long) number) {
        throw new MalformedFileException(
            "has an attribute " + value + ", which is no size that a model has; it was not run");
      }
    }
  }
}
