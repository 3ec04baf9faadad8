package dev.limelight.sink;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.io.UniqueNames;
import dev.limelight.watch.EpochOverlays;
import dev.limelight.watch.OverlaySink;
import dev.limelight.watch.WatchedRun;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Overlays as a run of an MLflow tracking server: the settings as its params, metrics by step, and
 * the overlays of each epoch as artifacts, {@code epoch-0003/<overlay>.png}; a step is an epoch. It
 * needs no library of MLflow's and no Python. A server that is slow or gone costs a training some
 * seconds, once.
 */
public final class MlflowSink implements OverlaySink {

  private static final Pattern NOT_OF_KEYS = Pattern.compile("[^-/.: a-zA-Z0-9_]");
  private static final Pattern NOT_OF_FILES = Pattern.compile("[^-.a-zA-Z0-9_]");

  /** Older servers keep no more of a param, and of a tag. */
  private static final int LONGEST_PARAM = 500;

  private static final int LONGEST_TAG = 5000;

  /** Servers take no more params at once; they would take more metrics. */
  private static final int LARGEST_BATCH = 100;

  private final MlflowServer server;
  private final String experiment;
  private final UniqueNames params = UniqueNames.paths(NOT_OF_KEYS);
  private final UniqueNames metrics = UniqueNames.paths(NOT_OF_KEYS);
  private final UniqueNames files = UniqueNames.paths(NOT_OF_FILES);
  private @Nullable String run;
  private @Nullable String artifacts;
  private boolean interrupted;

  /** Whether the last epoch is all there. */
  private boolean complete;

  private MlflowSink(MlflowServer server, String experiment) {
    this.server = server;
    this.experiment = experiment;
  }

  /**
   * A sink for one training. A server that requires authentication is sent {@code
   * MLFLOW_TRACKING_USERNAME} and {@code MLFLOW_TRACKING_PASSWORD}, or {@code
   * MLFLOW_TRACKING_TOKEN}, of the environment.
   *
   * @param server its address, such as {@code http://127.0.0.1:5000}
   * @param experiment the name of the experiment; created if missing
   * @throws IllegalArgumentException if it is no address of a server
   */
  public static MlflowSink of(URI server, String experiment) {
    return new MlflowSink(new MlflowServer(server, System.getenv()), experiment);
  }

  @Override
  public void begin(WatchedRun watched) throws IOException {
    if (run != null) {
      throw new IllegalStateException(
          "an MLflow sink logs one training, and this one has logged one; make another");
    }
    JsonObject wanted = new JsonObject();
    wanted.addProperty("experiment_id", server.experiment(experiment));
    wanted.addProperty("run_name", watched.name());
    wanted.addProperty("start_time", System.currentTimeMillis());
    JsonArray tags = new JsonArray();
    tags.add(pair("mlflow.runName", watched.name()));
    tags.add(pair("method", watched.method()));
    if (!watched.labels().isEmpty()) {
      tags.add(pair("classes", cut(String.join(", ", watched.labels()), LONGEST_TAG)));
    }
    wanted.add("tags", tags);
    JsonElement made = server.post("runs/create", wanted);
    String id = MlflowServer.text(made, "run", "info", "run_id");
    run = id;
    artifacts = server.artifacts(MlflowServer.text(made, "run", "info", "artifact_uri"));
    JsonArray settings = new JsonArray();
    watched
        .settings()
        .forEach(
            (name, value) ->
                settings.add(pair(params.of("param", name), cut(value, LONGEST_PARAM))));
    batch(id, "params", settings);
  }

  @Override
  public void epoch(EpochOverlays overlays) throws IOException {
    if (run == null || artifacts == null) {
      throw new IllegalStateException("begin an MLflow sink before its first epoch");
    }
    complete = false;
    long now = System.currentTimeMillis();
    JsonArray points = new JsonArray();
    for (Map.Entry<String, Double> metric : overlays.metrics().entrySet()) {
      JsonObject one = new JsonObject();
      one.addProperty("key", metrics.of("metric", metric.getKey()));
      one.addProperty("value", metric.getValue());
      one.addProperty("timestamp", now);
      one.addProperty("step", overlays.epoch());
      points.add(one);
    }
    batch(run, "metrics", points);
    List<byte[]> pngs = overlays.pngs();
    for (int i = 0; i < pngs.size(); i++) {
      String file =
          String.format(
              Locale.ROOT,
              "epoch-%04d/%s.png",
              overlays.epoch(),
              files.of("overlay", overlays.overlays().get(i).name()));
      server.putArtifact(artifacts, file, pngs.get(i), "image/png");
    }
    complete = true;
  }

  @Override
  public void interrupted() {
    interrupted = true;
  }

  /**
   * Ends the run: as killed where the training was interrupted, as failed where there was no epoch
   * or the last could not be logged, else as finished.
   */
  @Override
  public void close() throws IOException {
    if (run == null) {
      return;
    }
    JsonObject end = new JsonObject();
    end.addProperty("run_id", run);
    end.addProperty("status", interrupted ? "KILLED" : complete ? "FINISHED" : "FAILED");
    end.addProperty("end_time", System.currentTimeMillis());
    server.post("runs/update", end);
  }

  private void batch(String id, String what, JsonArray values) throws IOException {
    for (int from = 0; from < values.size(); from += LARGEST_BATCH) {
      JsonArray part = new JsonArray();
      for (int i = from; i < Math.min(values.size(), from + LARGEST_BATCH); i++) {
        part.add(values.get(i));
      }
      JsonObject body = new JsonObject();
      body.addProperty("run_id", id);
      body.add(what, part);
      server.post("runs/log-batch", body);
    }
  }

  private static String cut(String value, int longest) {
    return value.length() <= longest ? value : value.substring(0, longest - 1) + "…";
  }

  private static JsonObject pair(String key, String value) {
    JsonObject pair = new JsonObject();
    pair.addProperty("key", key);
    pair.addProperty("value", value);
    return pair;
  }
}
