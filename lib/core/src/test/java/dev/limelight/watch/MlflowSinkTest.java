package dev.limelight.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.image.Png;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a real MLflow server on loopback, asked by its REST API. */
class MlflowSinkTest {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String API = "api/2.0/mlflow/";

  @TempDir static Path folder;

  private static List<EpochOverlays> epochs;
  private static Process process;
  private static URI server;

  @BeforeAll
  static void start() throws Exception {
    TrackingPython.assumeInstalled();
    epochs = BoardEpochs.of(0, 3);
    int port = freePort();
    process = server(port, "main");
    server = URI.create("http://127.0.0.1:" + port + "/");
    awaitHealth(process, server);
  }

  @AfterAll
  static void stop() {
    if (process != null) {
      TrackingPython.end(process);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Process server(int port, String name) throws IOException {
    Path own = Files.createDirectory(folder.resolve(name));
    ProcessBuilder builder =
        TrackingPython.process(
                "-m",
                "mlflow",
                "server",
                "--backend-store-uri",
                "sqlite:///" + own.resolve("runs.db"),
                "--artifacts-destination",
                own.resolve("artifacts").toString(),
                "--host",
                "127.0.0.1",
                "--port",
                String.valueOf(port),
                "--workers",
                "1")
            .directory(own.toFile())
            .redirectErrorStream(true)
            .redirectOutput(own.resolve("server.log").toFile());
    builder.environment().put("HOME", own.toString());
    builder.environment().put("MLFLOW_DISABLE_TELEMETRY", "true");
    builder.environment().put("DO_NOT_TRACK", "true");
    return builder.start();
  }

  private static void awaitHealth(Process started, URI address) throws Exception {
    for (long end = System.nanoTime() + 120_000_000_000L; System.nanoTime() < end; ) {
      try {
        if (get(address, "health").length > 0) {
          return;
        }
      } catch (IOException e) {
        assertThat(started.isAlive())
            .as(Files.readString(folder.resolve("main/server.log")))
            .isTrue();
      }
      Thread.sleep(200);
    }
    throw new AssertionError(Files.readString(folder.resolve("main/server.log")));
  }

  private static byte[] get(URI address, String path) throws Exception {
    HttpResponse<byte[]> response =
        CLIENT.send(
            HttpRequest.newBuilder(address.resolve(path)).timeout(Duration.ofSeconds(20)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException(path + " answered " + response.statusCode());
    }
    return response.body();
  }

  private static JsonObject json(String path) throws Exception {
    return new Gson().fromJson(new String(get(server, API + path)), JsonObject.class);
  }

  /** The only run of an experiment. */
  private static JsonObject run(String experiment) throws Exception {
    String id =
        json("experiments/get-by-name?experiment_name=" + experiment)
            .getAsJsonObject("experiment")
            .get("experiment_id")
            .getAsString();
    HttpRequest search =
        HttpRequest.newBuilder(server.resolve(API + "runs/search"))
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"experiment_ids\": [\"" + id + "\"], \"max_results\": 10}"))
            .header("Content-Type", "application/json")
            .build();
    JsonArray runs =
        new Gson()
            .fromJson(
                CLIENT.send(search, HttpResponse.BodyHandlers.ofString()).body(), JsonObject.class)
            .getAsJsonArray("runs");
    assertThat(runs).hasSize(1);
    return runs.get(0).getAsJsonObject();
  }

  private static Map<String, String> pairs(JsonObject run, String what) {
    Map<String, String> found = new TreeMap<>();
    for (JsonElement pair : run.getAsJsonObject("data").getAsJsonArray(what)) {
      found.put(
          pair.getAsJsonObject().get("key").getAsString(),
          pair.getAsJsonObject().get("value").getAsString());
    }
    return found;
  }

  @Test
  void paramsMetricsAndArtifactsAreThere() throws Exception {
    BoardEpochs.log(MlflowSink.of(server, "watched"), epochs);
    JsonObject run = run("watched");
    JsonObject info = run.getAsJsonObject("info");
    assertThat(info.get("status").getAsString()).isEqualTo("FINISHED");
    assertThat(info.get("run_name").getAsString()).isEqualTo("scenes");
    assertThat(pairs(run, "params")).containsEntry("layer", "layer3");
    assertThat(pairs(run, "tags"))
        .containsEntry("method", "grad-cam")
        .containsEntry("classes", "circle, square, triangle, cross");
    String id = info.get("run_id").getAsString();
    JsonArray losses =
        json("metrics/get-history?run_id=" + id + "&metric_key=train/loss")
            .getAsJsonArray("metrics");
    List<String> points = new ArrayList<>();
    for (JsonElement point : losses) {
      points.add(
          point.getAsJsonObject().get("step").getAsString()
              + ": "
              + point.getAsJsonObject().get("value").getAsDouble());
    }
    assertThat(points).containsExactlyInAnyOrder("1: " + 1 / 2.0, "2: " + 1 / 3.0);
    for (EpochOverlays epoch : epochs) {
      for (int i = 0; i < epoch.overlays().size(); i++) {
        String path = "epoch-000" + epoch.epoch() + "/scene_" + i + ".png";
        byte[] kept = get(server, "get-artifact?path=" + path + "&run_uuid=" + id);
        assertThat(kept).isEqualTo(Png.encode(epoch.overlays().get(i).explanation().toImage()));
      }
    }
  }

  @Test
  void anInterruptedTrainingIsKeptAndTold() throws Exception {
    MlflowSink sink = MlflowSink.of(server, "interrupted");
    sink.begin(BoardEpochs.RUN);
    Thread.currentThread().interrupt();
    try {
      sink.epoch(epochs.get(1));
      sink.interrupted();
      sink.close();
    } finally {
      Thread.interrupted();
    }
    JsonObject run = run("interrupted");
    assertThat(run.getAsJsonObject("info").get("status").getAsString()).isEqualTo("KILLED");
    assertThat(pairs(run, "metrics")).containsKey("train/loss");
  }

  @Test
  void namesThatMlflowDoesNotTakeAreCleaned() throws Exception {
    MlflowSink sink = MlflowSink.of(server, "names");
    Probe hostile = new Probe("../../etc/passwd", BoardEpochs.PROBES.get(0).picture(), 0, null);
    Map<String, String> settings = Map.of("a?", "x".repeat(2000), "a!", "");
    sink.begin(new WatchedRun("run", "cam", List.of(), List.of(hostile), settings));
    ProbeOverlay seen = epochs.get(0).overlays().get(0);
    ProbeOverlay named = new ProbeOverlay(hostile.name(), hostile, seen.explanation(), Map.of());
    sink.epoch(new EpochOverlays(1, Map.of("top-1 %", 5.0), List.of(named)));
    sink.close();
    JsonObject run = run("names");
    assertThat(pairs(run, "metrics")).containsOnlyKeys("top-1 _");
    assertThat(pairs(run, "params")).hasSize(2);
    String id = run.getAsJsonObject("info").get("run_id").getAsString();
    assertThat(json("artifacts/list?run_id=" + id + "&path=epoch-0001").toString())
        .contains("epoch-0001/.._.._etc_passwd.png");
  }

  @Test
  void whatIsNotThereIsToldInOneSentence() throws Exception {
    URI nowhere = URI.create("http://127.0.0.1:" + freePort());
    assertThatThrownBy(() -> MlflowSink.of(nowhere, "x").begin(BoardEpochs.RUN))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("no MLflow server answers at " + nowhere)
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> MlflowSink.of(URI.create("/tmp/runs"), "x"))
        .hasMessageContaining("an address such as http://127.0.0.1:5000, and /tmp/runs came");
  }

  @Test
  void aServerThatDiesIsToldAndTheTrainingGoesOn() throws Exception {
    int port = freePort();
    Process mortal = server(port, "mortal");
    try {
      URI address = URI.create("http://127.0.0.1:" + port + "/");
      awaitHealth(mortal, address);
      MlflowSink sink = MlflowSink.of(address, "mortal");
      sink.begin(BoardEpochs.RUN);
      TrackingPython.end(mortal);
      assertThatThrownBy(() -> sink.epoch(epochs.get(1)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no MLflow server answers at");
    } finally {
      TrackingPython.end(mortal);
    }
  }
}
