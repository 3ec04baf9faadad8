package dev.limelight.torch;

import dev.limelight.io.Names;
import dev.limelight.torch.TorchTensor.DataType;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The few names of Python that a state dict needs; no other gets an object. */
@API(status = Status.INTERNAL)
public sealed interface PythonName {

  /** The functions that a pickle may call. */
  enum Function implements PythonName {
    REBUILD_TENSOR,
    REBUILD_TENSOR_V2,
    REBUILD_TENSOR_V3,
    REBUILD_PARAMETER,
    ORDERED_DICT,
    COUNTER,
    SIZE,
    DEVICE
  }

  /**
   * The class of a storage.
   *
   * @param type of its numbers; bytes for PyTorch's UntypedStorage
   */
  record StorageClass(DataType type) implements PythonName {}

  /** A dtype as a value, such as torch.float32. */
  record Dtype(DataType type) implements PythonName {}

  /**
   * A class or function of TorchScript, which nothing here runs.
   *
   * @param isClass whether its objects have attributes
   */
  record Script(boolean isClass) implements PythonName {}

  /** The object of a name. */
  static PythonName of(String module, String name) throws MalformedFileException {
    String whole = module + "." + name;
    PythonName known = Known.NAMES.get(whole);
    if (known != null) {
      return known;
    }
    String shown = Names.printable(whole);
    if (whole.matches("torch\\.\\w+Storage")
        || whole.matches("torch\\.(complex|float|q?u?int|bits)\\w+")) {
      throw new MalformedFileException(
          "holds numbers of " + shown + ", which are not read; save them again as float32");
    }
    throw new MalformedFileException(
        "asks for " + shown + ", which no state dict needs; it was not run");
  }

  /** The list itself. */
  final class Known {

    private static final Map<String, PythonName> NAMES = new HashMap<>();

    static {
      NAMES.put("torch._utils._rebuild_tensor", Function.REBUILD_TENSOR);
      NAMES.put("torch._utils._rebuild_tensor_v2", Function.REBUILD_TENSOR_V2);
      NAMES.put("torch._utils._rebuild_tensor_v3", Function.REBUILD_TENSOR_V3);
      NAMES.put("torch._utils._rebuild_parameter", Function.REBUILD_PARAMETER);
      NAMES.put("torch._utils._rebuild_parameter_with_state", Function.REBUILD_PARAMETER);
      NAMES.put("collections.OrderedDict", Function.ORDERED_DICT);
      // The state of a learning rate schedule has one.
      NAMES.put("collections.Counter", Function.COUNTER);
      NAMES.put("torch.Size", Function.SIZE);
      NAMES.put("torch.device", Function.DEVICE);
      NAMES.put("torch.HalfStorage", new StorageClass(DataType.FLOAT16));
      NAMES.put("torch.BFloat16Storage", new StorageClass(DataType.BFLOAT16));
      NAMES.put("torch.FloatStorage", new StorageClass(DataType.FLOAT32));
      NAMES.put("torch.DoubleStorage", new StorageClass(DataType.FLOAT64));
      NAMES.put("torch.CharStorage", new StorageClass(DataType.INT8));
      NAMES.put("torch.ByteStorage", new StorageClass(DataType.UINT8));
      NAMES.put("torch.ShortStorage", new StorageClass(DataType.INT16));
      NAMES.put("torch.IntStorage", new StorageClass(DataType.INT32));
      NAMES.put("torch.LongStorage", new StorageClass(DataType.INT64));
      NAMES.put("torch.BoolStorage", new StorageClass(DataType.BOOL));
      NAMES.put("torch.storage.UntypedStorage", new StorageClass(DataType.UINT8));
      for (DataType type : DataType.values()) {
        NAMES.put("torch." + type.name().toLowerCase(Locale.ROOT), new Dtype(type));
      }
    }

    private Known() {}
  }
}
