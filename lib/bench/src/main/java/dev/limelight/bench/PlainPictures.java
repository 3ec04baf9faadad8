package dev.limelight.bench;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.cam.GradCam;
import dev.limelight.codec.Pictures;
import dev.limelight.image.Picture;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The library without Spark, in a separate process with a given number of threads. For each folder
 * it receives, it reads and explains the pictures in batches and answers with the milliseconds.
 */
final class PlainPictures implements AutoCloseable {

  private static final int BATCH = 16;

  private final Process process;
  private final BufferedReader answers;
  private final PrintStream questions;

  /** Starts the process. */
  PlainPictures(Path model, int threads) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                PlainPictures.class.getName(),
                model.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("OMP_NUM_THREADS", String.valueOf(threads));
    builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
    process = builder.start();
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    questions = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  /** The milliseconds for a folder. */
  double run(Path folder) throws IOException {
    questions.println(folder);
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("the process without Spark has ended");
    }
    return Double.parseDouble(answer);
  }

  /**
   * The main method of the process.
   *
   * @param args the model
   */
  public static void main(String[] args) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Explainer explainer = Explainer.of(Path.of(args[0]))) {
      for (String folder = in.readLine(); folder != null; folder = in.readLine()) {
        long start = System.nanoTime();
        List<Path> files = SparkBench.files(Path.of(folder));
        double strongest = 0;
        for (int from = 0; from < files.size(); from += BATCH) {
          List<Picture> pictures = new ArrayList<>();
          for (Path file : files.subList(from, Math.min(from + BATCH, files.size()))) {
            pictures.add(Pictures.read(file));
          }
          for (Explanation one : explainer.explain(Question.of(pictures).methods(new GradCam()))) {
            // A row of the job has a box, too.
            strongest = Math.max(strongest, one.box(0.2).getWidth());
          }
        }
        System.out.println((System.nanoTime() - start) / 1e6 + (strongest < 0 ? 1 : 0));
      }
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
