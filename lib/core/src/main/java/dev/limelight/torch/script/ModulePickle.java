package dev.limelight.torch.script;

import dev.limelight.torch.MalformedFileException;
import dev.limelight.torch.PickleInput;
import dev.limelight.torch.PythonDict;
import dev.limelight.torch.PythonName;
import dev.limelight.torch.StatePickle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Reads the attributes of a TorchScript model, and of the modules in it, without running it. */
final class ModulePickle extends StatePickle {

  private ModulePickle(PickleInput in) {
    super(in);
  }

  /** The attributes of the model; those that are modules are dicts in turn. */
  static PythonDict read(Path file, byte[] bytes) throws IOException {
    try (PickleInput in = new PickleInput(new ByteArrayInputStream(bytes), bytes.length)) {
      return new ModulePickle(in).next() instanceof PythonDict model ? model : new PythonDict();
    } catch (IOException e) {
      throw MalformedFileException.of(file, e);
    }
  }

  /** TorchScript's own names are harmless here, as nothing is looked up by them. */
  @Override
  protected PythonName named(String module, String name) throws MalformedFileException {
    if (module.startsWith("__torch__")) {
      return new PythonName.Script(true);
    }
    return module.startsWith("torch.jit.")
        ? new PythonName.Script(false)
        : super.named(module, name);
  }

  @Override
  protected Object call(Object called, Object[] arguments) throws MalformedFileException {
    if (called instanceof PythonName.Script script) {
      checkNumbers(List.of(arguments));
      return script.isClass() || arguments.length == 0 ? new PythonDict() : arguments[0];
    }
    return super.call(called, arguments);
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
