package dev.limelight.bench.start;

import dev.limelight.bench.Machine;
import dev.limelight.bench.Report;
import dev.limelight.bench.Setting;
import dev.limelight.bench.Table;
import dev.limelight.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The time from {@code limelight explain} to its end, for one picture and Grad-CAM, once the files
 * and what the launcher keeps are there.
 */
public final class StartBench {

  private static final double TARGET = 1000;
  private static final int FURTHER = 3;
  private static final int TURNS = 7;

  /** The first run leaves the archive of classes, and the second one puts it in its place. */
  private static final int WARM_UP = 3;

  /** Prints the seconds that passed, and those of all cores for the program and the kernel. */
  private static final String TIMED =
      "TIMEFORMAT='%R %U %S'; time \"$@\" >/dev/null 2>&1 || exit 1";

  private StartBench() {}

  /**
   * Runs the bench.
   *
   * @param args a Markdown file for the table, the launcher, a picture, and models
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path launcher = Path.of(args[1]);
    Path picture = Path.of(args[2]);
    List<Start> starts = new ArrayList<>();
    Path folder = Files.createTempDirectory("limelight-bench");
    try {
      for (String model : List.of(args).subList(FURTHER, args.length)) {
        starts.add(new Start(launcher, model, picture, folder, new ArrayList<>()));
      }
      for (Start start : starts) {
        for (int i = 0; i < WARM_UP; i++) {
          start.run();
        }
      }
      for (int turn = 0; turn < Setting.turns(TURNS); turn++) {
        for (Start start : starts) {
          start.times.add(start.run());
        }
      }
      Table table =
          new Table(1, "model", "ms", "ms of all cores", "of these the kernel's", "target");
      for (Start start : starts) {
        table.row(start.name(), start.median(0), start.median(1), start.median(2), TARGET);
      }
      Report report = new Report(Path.of(args[0]));
      report.write("start", table.lines());
      report.write("start machine", Machine.describe(""));
    } finally {
      AtomicFile.delete(folder);
    }
  }

  /**
   * The start with one model.
   *
   * @param model a file, or the name of a published network
   * @param folder for what is written
   * @param times in milliseconds: what passed, of all cores, of these the kernel's
   */
  private record Start(
      Path launcher, String model, Path picture, Path folder, List<double[]> times) {

    String name() {
      return String.valueOf(Path.of(model).getFileName());
    }

    double[] run() throws IOException, InterruptedException {
      List<String> command = new ArrayList<>(List.of("bash", "-c", TIMED, "bash"));
      Collections.addAll(command, launcher.toString(), "explain", "--model", model);
      Collections.addAll(command, "--image", picture.toString());
      Collections.addAll(command, "--out", folder.resolve("seen").toString());
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("LIMELIGHT_ARCHIVES", folder.resolve("classes").toString());
      builder.environment().put("LIMELIGHT_CACHE_DIR", folder.resolve("facts").toString());
      Process process = builder.start();
      String said = new String(process.getInputStream().readAllBytes()).strip();
      if (process.waitFor() != 0) {
        throw new IOException("limelight cannot explain with " + model + "; run it to see why");
      }
      double[] seconds = Arrays.stream(said.split(" ")).mapToDouble(Double::parseDouble).toArray();
      return new double[] {1000 * seconds[0], 1000 * (seconds[1] + seconds[2]), 1000 * seconds[2]};
    }

    double median(int column) {
      double[] sorted = times.stream().mapToDouble(time -> time[column]).sorted().toArray();
      return sorted[sorted.length / 2];
    }
  }
}
