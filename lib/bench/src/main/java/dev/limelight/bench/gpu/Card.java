package dev.limelight.bench.gpu;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A card as nvidia-smi reports it.
 *
 * @param name such as NVIDIA H100 80GB HBM3
 * @param driver the version of its driver
 */
record Card(String name, String driver) {

  /** How many fields are asked for. */
  private static final int FIELDS = 2;

  /** The card of a GPU. */
  static Card of(Device device) throws IOException {
    List<String> command =
        List.of(
            "nvidia-smi",
            "--query-gpu=name,driver_version",
            "--format=csv,noheader",
            "--id=" + device.getDeviceId());
    Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
    return read(new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  /**
   * The card in a line of nvidia-smi.
   *
   * @throws IOException if it is no such line, but an error
   */
  static Card read(String line) throws IOException {
    String[] fields = line.strip().split(", ");
    if (fields.length != FIELDS) {
      throw new IOException(
          "nvidia-smi should give a card's name and driver, but gives: " + line.strip());
    }
    return new Card(fields[0], fields[1]);
  }

  /** A description in a sentence. */
  String described() {
    int version = CudaUtils.getCudaVersion();
    return String.format(
        Locale.ROOT,
        "one %s, driver %s, CUDA %d.%d",
        name,
        driver,
        version / 1000,
        version % 1000 / 10);
  }
}
