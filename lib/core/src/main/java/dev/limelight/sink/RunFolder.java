package dev.limelight.sink;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a {@link FolderSink} has written so far, as plain values; it may be read while the training
 * goes on.
 *
 * @param name of the run
 * @param method the method of its maps, such as {@code grad-cam}
 * @param labels the names of the classes, or none
 * @param probes the pictures that are explained
 * @param settings how the run was made, as texts by name
 * @param epochs those that are complete, by their number
 * @param state how the run stands
 * @param limelight the version of this library that wrote it
 */
public record RunFolder(
    String name,
    String method,
    List<String> labels,
    List<ProbeFile> probes,
    Map<String, String> settings,
    List<Epoch> epochs,
    State state,
    String limelight) {

  /** How a run stands. */
  public enum State {
    /** Epochs may follow; or its process has died. */
    RUNNING,
    /** The training came to its end. */
    FINISHED,
    /** The training was stopped. */
    INTERRUPTED
  }

  /** Copies the lists. */
  public RunFolder {
    labels = List.copyOf(labels);
    probes = List.copyOf(probes);
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    epochs = List.copyOf(epochs);
  }

  /** Whether nothing follows: the sink was closed. */
  public boolean finished() {
    return state != State.RUNNING;
  }

  /**
   * A probe.
   *
   * @param name its name
   * @param label its true class, counted from 0
   * @param masked whether it is known where its object is
   * @param file the plain picture
   */
  public record ProbeFile(String name, int label, boolean masked, Path file) {}

  /**
   * An epoch.
   *
   * @param number its number; 0 is before the first
   * @param metrics losses, accuracies and means of scores by name
   * @param overlays in the order of the probes
   */
  public record Epoch(int number, Map<String, Double> metrics, List<OverlayFile> overlays) {

    /** Copies the lists. */
    public Epoch {
      metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
      overlays = List.copyOf(overlays);
    }
  }

  /**
   * An overlay.
   *
   * @param name what files and tags call it
   * @param probe the name of its probe
   * @param file the drawn overlay
   * @param target the class that the map speaks for, by its label where there is one
   * @param predicted the class that the network chose, by its label where there is one
   * @param probability of the class that the map speaks for
   * @param scores how well the map lies, by name
   */
  public record OverlayFile(
      String name,
      String probe,
      Path file,
      String target,
      String predicted,
      double probability,
      Map<String, Double> scores) {

    /** Copies the scores. */
    public OverlayFile {
      scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
    }
  }

  /**
   * Reads a folder.
   *
   * @throws IOException if it holds no run, or a damaged one; one sentence
   */
  public static RunFolder read(Path folder) throws IOException {
    return RunManifest.read(folder);
  }
}
