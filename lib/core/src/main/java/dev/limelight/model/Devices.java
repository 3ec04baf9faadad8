package dev.limelight.model;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.util.cuda.CudaUtils;
import com.sun.management.OperatingSystemMXBean;
import dev.limelight.support.UnsupportedException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The devices of an engine: the GPUs that it supports, and the CPU. An engine supports the NVIDIA
 * GPUs that its native library was built for.
 */
public final class Devices {

  private Devices() {}

  /** The first GPU of DJL's default engine, or else the CPU. */
  public static Device best() {
    String engine = Engine.getDefaultEngineName();
    check(engine);
    return of(engine).get(0);
  }

  /**
   * The first GPU of an engine, or else the CPU.
   *
   * @throws UnsupportedException if it is not on the class path
   */
  public static Device best(EngineName engine) {
    check(engine.djl());
    engine.engine();
    return of(engine).get(0);
  }

  /**
   * All devices of an engine, the best first: each GPU and then the CPU, or none if the engine is
   * not on the class path or its native library cannot be loaded here.
   */
  public static List<Device> of(EngineName engine) {
    return engine.isUsable() ? of(engine.djl()) : List.of();
  }

  private static List<Device> of(String engine) {
    if (!Engine.hasEngine(engine)) {
      return List.of();
    }
    // An engine that finds no CUDA warns of it, whether there is a GPU or not.
    return listed(CudaUtils.getGpuCount() > 0 ? Engine.getEngine(engine).getGpuCount() : 0);
  }

  static List<Device> listed(int gpus) {
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < gpus; i++) {
      devices.add(Device.gpu(i));
    }
    devices.add(Device.cpu());
    return List.copyOf(devices);
  }

  /** A short name, such as {@code cpu} or {@code gpu0}, which {@link Device#fromName} reads. */
  public static String name(Device device) {
    return device.isGpu() ? device.getDeviceType() + device.getDeviceId() : device.getDeviceType();
  }

  /**
   * The bytes of memory of a GPU, or 0 of one that does not say; of a CPU those of the machine, or
   * of the container that this process runs in.
   */
  public static long memory(Device device) {
    if (!device.isGpu()) {
      return Machine.MEMORY;
    }
    try {
      return CudaUtils.getGpuMemory(device).getMax();
    } catch (EngineException | IllegalArgumentException | IllegalStateException e) {
      // An engine may find a GPU without the library that is asked here.
      return 0;
    }
  }

  /** Asked once, as Java needs 40 ms to find out. */
  private static final class Machine {
    private static final long MEMORY = bytes();

    private static long bytes() {
      try {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
            .getTotalMemorySize();
      } catch (LinkageError e) {
        // A Java without its module jdk.management does not know.
        return Long.MAX_VALUE;
      }
    }
  }

  private static void check(String engine) {
    if (!Engine.hasEngine(engine)) {
      throw new UnsupportedException(
          "no engine '"
              + engine
              + "' is on the class path; there are "
              + new TreeSet<>(Engine.getAllEngines())
              + ", and others come with ai.djl's jars");
    }
  }

  /**
   * Refuses a device on which a model in memory is not.
   *
   * @throws IllegalArgumentException that names both
   */
  public static void check(Model model, Device device) {
    Device current = model.getNDManager().getDevice();
    if (!device.equals(current)) {
      throw new IllegalArgumentException(
          "the model '"
              + model.getName()
              + "' is on "
              + name(current)
              + ", and optDevice asks for "
              + name(device)
              + "; load it there, by Model.newInstance(name, device, engine) or from its file");
    }
  }

  /**
   * Refuses a device that an engine does not have.
   *
   * @throws UnsupportedException that lists those it has
   */
  public static void check(EngineName engine, Device device) {
    check(engine.djl());
    engine.engine();
    List<Device> devices = of(engine);
    if (!devices.contains(device)) {
      throw new UnsupportedException(
          engine
              + " sees no device "
              + name(device)
              + " here, only "
              + String.join(", ", devices.stream().map(Devices::name).toList())
              + "; take one of these or Devices.best(EngineName."
              + engine.name()
              + ")"
              + (engine == EngineName.ONNX_RUNTIME
                  ? ", or put com.microsoft.onnxruntime:onnxruntime_gpu on the class path in place of"
                      + " onnxruntime"
                  : "")
              + "; docs/GPU.md tells how an engine comes to see a GPU");
    }
  }
}
