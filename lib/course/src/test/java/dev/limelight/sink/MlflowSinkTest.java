package dev.limelight.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.codec.Png;
import dev.limelight.course.train.ConvNet;
import dev.limelight.data.Example;
import dev.limelight.data.ImageNet;
import dev.limelight.watch.BoardEpochs;
import dev.limelight.watch.EpochOverlays;
import dev.limelight.watch.EpochOverlays.ProbeOverlay;
import dev.limelight.watch.Lessons;
import dev.limelight.watch.OverlayListener;
import dev.limelight.watch.WatchedRun;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Runs on one real MLflow server on loopback, asked by its REST API; it dies in the last test. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
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
    process = server(port);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> TrackingPython.end(process)));
    server = URI.create("http://127.0.0.1:" + port + "/");
    awaitHealth();
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

  private static Process server(int port) throws IOException {
    Path own = Files.createDirectory(folder.resolve("server"));
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

  private static void awaitHealth() throws Exception {
    Path log = folder.resolve("server/server.log");
    // It takes ten seconds, and many more where others use the cores.
    for (long end = System.nanoTime() + 300_000_000_000L; System.nanoTime() < end; ) {
      try {
        if (get("health").length > 0) {
          return;
        }
      } catch (IOException e) {
        assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
      }
      Thread.sleep(200);
    }
    throw new AssertionError(Files.readString(log));
  }

  private static byte[] get(String path) throws Exception {
    HttpResponse<byte[]> response =
        CLIENT.send(
            HttpRequest.newBuilder(server.resolve(path)).timeout(Duration.ofSeconds(20)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException(path + " answered " + response.statusCode());
    }
    return response.body();
  }

  private static JsonObject json(String path) throws Exception {
    return new Gson().fromJson(new String(get(API + path)), JsonObject.class);
  }

  private static JsonObject post(String function, JsonObject body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve(API + function))
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(60))
            .build();
    HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new Gson().fromJson(response.body(), JsonObject.class);
  }

  private static String status(JsonObject run) {
    return run.getAsJsonObject("info").get("status").getAsString();
  }

  private static List<String> artifacts(JsonObject run, String path) throws Exception {
    String id = run.getAsJsonObject("info").get("run_id").getAsString();
    List<String> paths = new ArrayList<>();
    json("artifacts/list?run_id=" + id + "&path=" + path)
        .getAsJsonArray("files")
        .forEach(file -> paths.add(file.getAsJsonObject().get("path").getAsString()));
    return paths;
  }

  /** The only run of an experiment. */
  private static JsonObject run(String experiment) throws Exception {
    String id =
        json("experiments/get-by-name?experiment_name=" + experiment)
            .getAsJsonObject("experiment")
            .get("experiment_id")
            .getAsString();
    JsonArray ids = new JsonArray();
    ids.add(id);
    JsonObject search = new JsonObject();
    search.add("experiment_ids", ids);
    search.addProperty("max_results", 10);
    JsonArray runs = post("runs/search", search).getAsJsonArray("runs");
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
    assertThat(status(run)).isEqualTo("FINISHED");
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
        byte[] kept = get("get-artifact?path=" + path + "&run_uuid=" + id);
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
    assertThat(status(run)).isEqualTo("KILLED");
    assertThat(pairs(run, "metrics")).containsKey("train/loss");
  }

  @Test
  void namesThatMlflowDoesNotTakeAreCleaned() throws Exception {
    MlflowSink sink = MlflowSink.of(server, "names");
    Example hostile = new Example("../../etc/passwd", BoardEpochs.PROBES.get(0).picture(), 0, null);
    Map<String, String> settings = Map.of("a?", "x".repeat(2000), "a!", "");
    sink.begin(new WatchedRun("run", "cam", List.of(), List.of(hostile), settings));
    ProbeOverlay seen = epochs.get(0).overlays().get(0);
    ProbeOverlay named = new ProbeOverlay(hostile.name(), hostile, seen.explanation(), Map.of());
    List<String> names =
        List.of("top-1 %", "a//b", "a/b/", "./c", "../c", "x/../y", "/", ".", "é", "");
    Map<String, Double> metrics = new LinkedHashMap<>();
    names.forEach(name -> metrics.put(name, (double) metrics.size()));
    sink.epoch(new EpochOverlays(1, metrics, List.of(named)));
    sink.close();
    JsonObject run = run("names");
    assertThat(pairs(run, "metrics"))
        .hasSize(names.size())
        .containsEntry("top-1 _", "0.0")
        .containsEntry("a/b", "1.0")
        .containsEntry("a/b_2", "2.0");
    assertThat(pairs(run, "params")).hasSize(2);
    assertThat(artifacts(run, "epoch-0001")).containsExactly("epoch-0001/.._.._etc_passwd.png");
  }

  @Test
  void whatIsNotThereIsToldInOneSentence() throws Exception {
    URI nowhere = URI.create("http://127.0.0.1:" + freePort());
    assertThatThrownBy(() -> MlflowSink.of(nowhere, "x").begin(BoardEpochs.RUN))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("no MLflow server answers at " + nowhere)
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> MlflowSink.of(URI.create("/tmp/runs"), "x"))
        .hasMessageContaining("an address such as http://127.0.0.1:5000, but got /tmp/runs");
  }

  @Test
  void anInterruptedTrainingEndsAsKilledByTheListener() throws Exception {
    TrainingListener interrupting =
        new TrainingListenerAdapter() {
          private int batches;

          @Override
          public void onTrainingBatch(Trainer trainer, BatchData batchData) {
            if (++batches == 6) {
              Thread.currentThread().interrupt();
            }
          }
        };
    OverlayListener listener = Lessons.watch(MlflowSink.of(server, "stopped")).build();
    try (Model model = Lessons.model(Lessons.net(ConvNet.Head.POOLED), "MXNet")) {
      assertThatThrownBy(() -> Lessons.fit(model, 3, listener, interrupting))
          .isInstanceOf(CancellationException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(listener.failures()).isEmpty();
    JsonObject run = run("stopped");
    assertThat(status(run)).isEqualTo("KILLED");
    assertThat(pairs(run, "metrics")).containsKey("train/loss");
    for (String epoch : List.of("epoch-0000", "epoch-0001")) {
      assertThat(artifacts(run, epoch)).hasSize(Lessons.PROBES.size());
    }
  }

  @Test
  void aRunWithoutAnEpochFailed() throws Exception {
    MlflowSink sink = MlflowSink.of(server, "no-epoch");
    sink.begin(BoardEpochs.RUN);
    sink.close();
    assertThat(status(run("no-epoch"))).isEqualTo("FAILED");
  }

  @Test
  void howMuchARequestTakesIsKept() throws Exception {
    Map<String, String> settings = new TreeMap<>();
    Map<String, Double> metrics = new TreeMap<>();
    for (int i = 0; i < 1050; i++) {
      metrics.put("score " + i, (double) i);
      if (i < 250) {
        settings.put("setting " + i, "value " + i);
      }
    }
    settings.put("long ".repeat(100), "x");
    metrics.put("long ".repeat(100), 1.0);
    metrics.put("long ".repeat(100) + "2", 2.0);
    MlflowSink sink = MlflowSink.of(server, "much");
    sink.begin(new WatchedRun("run", "cam", ImageNet.labels(), BoardEpochs.PROBES, settings));
    sink.epoch(new EpochOverlays(1, metrics, List.of()));
    sink.close();
    JsonObject run = run("much");
    assertThat(status(run)).isEqualTo("FINISHED");
    assertThat(pairs(run, "params")).hasSize(251).containsEntry("setting 249", "value 249");
    assertThat(pairs(run, "metrics")).hasSize(1052).containsEntry("score 1049", "1049.0");
    assertThat(pairs(run, "tags").get("classes")).startsWith("tench, ").endsWith("…");
  }

  @Test
  void artifactsThatTheServerDoesNotTakeAreToldAtTheBeginning() throws Exception {
    String elsewhere = folder.resolve("a place").toString();
    JsonObject experiment = new JsonObject();
    experiment.addProperty("name", "elsewhere");
    experiment.addProperty("artifact_location", elsewhere);
    post("experiments/create", experiment);
    MlflowSink sink = MlflowSink.of(server, "elsewhere");
    assertThatThrownBy(() -> sink.begin(BoardEpochs.RUN))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("keeps artifacts at")
        .hasMessageContaining("a place")
        .hasMessageContaining("--serve-artifacts");
    sink.close();
    assertThat(status(run("elsewhere"))).isEqualTo("FAILED");
  }

  /** It takes connections and says nothing, as a server that is stopped does. */
  @Test
  void aSilentServerCostsSecondsOnly() throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      URI address = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      long start = System.nanoTime();
      assertThatThrownBy(() -> MlflowSink.of(address, "x").begin(BoardEpochs.RUN))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("no MLflow server answers at " + address);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
    }
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void aServerThatDiesIsToldAndNothingHangs() throws Exception {
    MlflowSink sink = MlflowSink.of(server, "mortal");
    sink.begin(BoardEpochs.RUN);
    sink.epoch(epochs.get(0));
    TrackingPython.end(process);
    long start = System.nanoTime();
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(() -> sink.epoch(epochs.get(1)), sink::close)) {
      assertThatThrownBy(call)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no MLflow server answers at " + server)
          .hasMessageNotContaining("\n");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
  }
}
