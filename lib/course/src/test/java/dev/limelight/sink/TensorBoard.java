package dev.limelight.sink;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** The real TensorBoard, in the Python of ./lab test. */
final class TensorBoard {

  private TensorBoard() {}

  static void assumeInstalled() {
    TrackingPython.assumeInstalled();
  }

  /** The same for properties. */
  static final class Installed implements SkipExecutionHook {

    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
      return TrackingPython.isInstalled()
          ? SkipResult.doNotSkip()
          : SkipResult.skip(TrackingPython.reason());
    }
  }

  /** TensorBoard's own reader of event files, for many folders. */
  static final class Reader implements AutoCloseable {

    private final Process python = TrackingPython.process("src/test/python/read_events.py").start();
    private final BufferedReader answers = python.inputReader(StandardCharsets.UTF_8);
    private final Writer questions = python.outputWriter(StandardCharsets.UTF_8);

    Reader() throws IOException {}

    JsonObject read(Path folder) throws IOException {
      questions.write(folder.toAbsolutePath() + "\n");
      questions.flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new IOException("TensorBoard's reader gave up on " + folder);
      }
      return JsonParser.parseString(answer).getAsJsonObject();
    }

    @Override
    public void close() throws IOException {
      questions.close();
      python.destroy();
    }
  }

  /** TensorBoard's server of a folder, on loopback. */
  static final class Server implements AutoCloseable {

    private static final Pattern ADDRESS = Pattern.compile("http://\\S+:\\d+/");

    private final Process process;
    private final URI address;
    private final HttpClient client = HttpClient.newHttpClient();

    Server(Path logs) throws IOException {
      process =
          TrackingPython.process(
                  "-m",
                  "tensorboard.main",
                  "--logdir",
                  logs.toString(),
                  "--host",
                  "127.0.0.1",
                  "--port",
                  "0",
                  "--reload_interval",
                  "1")
              .redirectErrorStream(true)
              .start();
      BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
      StringBuilder all = new StringBuilder();
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        Matcher found = ADDRESS.matcher(line);
        if (found.find()) {
          address = URI.create(found.group());
          return;
        }
        all.append(line).append('\n');
      }
      throw new IOException("TensorBoard did not start: " + all);
    }

    byte[] get(String path) throws IOException, InterruptedException {
      HttpResponse<byte[]> response =
          client.send(
              HttpRequest.newBuilder(address.resolve(path)).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new IOException(path + " answered " + response.statusCode());
      }
      return response.body();
    }

    JsonElement json(String path) throws IOException, InterruptedException {
      return JsonParser.parseString(new String(get(path), StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
      TrackingPython.end(process);
    }
  }
}
