package dev.limelight.sink;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An MLflow tracking server, by its REST API. MLflow's Java client is not used: it hands artifacts
 * to MLflow's Python, which the machine of a training may lack.
 *
 * <p>{@link HttpURLConnection}, and not the newer client: it starts no threads, and an interrupt of
 * the training's thread does not tear what is being sent.
 */
final class MlflowServer {

  private static final Gson GSON = new Gson();
  private static final String API = "api/2.0/mlflow/";
  private static final Pattern PROXIED = Pattern.compile("mlflow-artifacts:(?://[^/]*)?(/.*)");
  private static final int CONNECT_MILLISECONDS = 5_000;
  private static final int ANSWER_MILLISECONDS = 20_000;
  private static final int LONGEST_ANSWER = 1 << 24;

  private final URI address;
  private final @Nullable String authorization;

  /**
   * A server.
   *
   * @param address such as {@code http://127.0.0.1:5000}
   * @param environment where {@code MLFLOW_TRACKING_USERNAME} and {@code _PASSWORD}, or {@code
   *     _TOKEN}, are looked up, as MLflow's own clients do
   */
  MlflowServer(URI address, Map<String, String> environment) {
    if (address.getHost() == null || !String.valueOf(address.getScheme()).matches("https?")) {
      throw new IllegalArgumentException(
          "an MLflow server has an address such as http://127.0.0.1:5000, but got " + address);
    }
    this.address = URI.create(address.toString().replaceFirst("/*$", "/"));
    String user = environment.get("MLFLOW_TRACKING_USERNAME");
    String password = environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
    String token = environment.get("MLFLOW_TRACKING_TOKEN");
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    authorization =
        user != null
            ? "Basic " + Base64.getEncoder().encodeToString(pair)
            : token == null ? null : "Bearer " + token;
  }

  /** The experiment of a name, which is made if it is not there. */
  String experiment(String name) throws IOException {
    String query = "experiments/get-by-name?experiment_name=" + encoded(name);
    JsonElement found = call("GET", API + query, null, true);
    if (found != null) {
      return text(found, "experiment", "experiment_id");
    }
    JsonObject wanted = new JsonObject();
    wanted.addProperty("name", name);
    return text(post("experiments/create", wanted), "experiment_id");
  }

  /** Calls a function of the tracking API. */
  JsonElement post(String function, JsonObject body) throws IOException {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    return Objects.requireNonNull(
        call("POST", API + function, new Body("application/json", bytes), false));
  }

  /**
   * Where a run's artifacts go.
   *
   * @param uri the run's {@code artifact_uri}
   * @throws IOException if the server does not accept them
   */
  String artifacts(String uri) throws IOException {
    Matcher place = PROXIED.matcher(uri);
    if (!place.matches()) {
      throw new IOException(
          "the MLflow server at "
              + address
              + " keeps artifacts at "
              + uri
              + ", which it does not accept itself; start it with --serve-artifacts and"
              + " --artifacts-destination, and name an experiment that is not there yet");
    }
    return place.group(1);
  }

  /**
   * Puts an artifact of a run.
   *
   * @param place where the run's {@link #artifacts} go
   * @param path of the file within it
   */
  void putArtifact(String place, String path, byte[] bytes, String type) throws IOException {
    StringBuilder to = new StringBuilder("api/2.0/mlflow-artifacts/artifacts");
    for (String part : (place + "/" + path).split("/+")) {
      to.append(part.isEmpty() ? "" : "/" + encoded(part));
    }
    call("PUT", to.toString(), new Body(type, bytes), false);
  }

  /** What is sent. */
  private record Body(String type, byte[] bytes) {}

  private @Nullable JsonElement call(String verb, String path, @Nullable Body body, boolean mayLack)
      throws IOException {
    URI to = address.resolve(path);
    int status;
    String answer;
    try {
      HttpURLConnection connection = (HttpURLConnection) to.toURL().openConnection();
      connection.setRequestMethod(verb);
      connection.setConnectTimeout(CONNECT_MILLISECONDS);
      connection.setReadTimeout(ANSWER_MILLISECONDS);
      connection.setRequestProperty("Connection", "close");
      if (authorization != null) {
        connection.setRequestProperty("Authorization", authorization);
      }
      if (body != null) {
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", body.type());
        connection.setFixedLengthStreamingMode(body.bytes().length);
        try (OutputStream out = connection.getOutputStream()) {
          out.write(body.bytes());
        }
      }
      status = connection.getResponseCode();
      try (InputStream in =
          status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        byte[] bytes = in == null ? new byte[0] : in.readNBytes(LONGEST_ANSWER);
        answer = new String(bytes, StandardCharsets.UTF_8);
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      throw new IOException(
          "no MLflow server answers at "
              + address
              + " ("
              + e.getMessage()
              + "); start it there, or give its address",
          e);
    }
    if (status == 404 && mayLack && answer.contains("RESOURCE_DOES_NOT_EXIST")) {
      return null;
    }
    if (status >= 300) {
      throw new IOException(
          "the MLflow server at "
              + address
              + " answers "
              + status
              + " to "
              + path.replaceFirst("\\?.*", "")
              + " ("
              + reason(answer)
              + "); see its log");
    }
    return parsed(answer);
  }

  private JsonElement parsed(String answer) throws IOException {
    try {
      return answer.isBlank() ? new JsonObject() : GSON.fromJson(answer, JsonElement.class);
    } catch (JsonParseException e) {
      throw new IOException(
          "what answers at " + address + " is no MLflow server; give its address", e);
    }
  }

  private static String reason(String answer) {
    try {
      return text(GSON.fromJson(answer, JsonElement.class), "message")
          .lines()
          .findFirst()
          .orElse("");
    } catch (IOException | JsonParseException e) {
      return answer.isBlank() ? "no reason given" : answer.lines().findFirst().orElse("");
    }
  }

  /** A text inside an answer. */
  static String text(JsonElement answer, String... names) throws IOException {
    JsonElement found = answer;
    for (String name : names) {
      found = found instanceof JsonObject object ? object.get(name) : null;
    }
    if (found == null || !found.isJsonPrimitive()) {
      throw new IOException("an MLflow server says " + String.join(".", names) + ", and this not");
    }
    return found.getAsString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
