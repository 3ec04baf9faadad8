package dev.limelight.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.watch.BoardEpochs;
import dev.limelight.watch.EpochOverlays;
import dev.limelight.watch.EpochOverlays.ProbeOverlay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/** Whatever names and numbers a training has, TensorBoard reads them back. */
class AnyEventsTest {

  private TensorBoard.Reader reader;
  private Path folder;
  private List<ProbeOverlay> explained;

  @BeforeProperty
  void begin() throws IOException {
    reader = new TensorBoard.Reader();
    folder = Files.createTempDirectory("events");
    explained = BoardEpochs.of(0, 1).get(0).overlays();
  }

  @AfterProperty
  void end() throws IOException {
    reader.close();
    clear();
    Files.delete(folder);
  }

  @Property(tries = 25)
  @AddLifecycleHook(TensorBoard.Installed.class)
  void namesAndNumbersComeBack(
      @ForAll("metrics") Map<String, Double> metrics,
      @ForAll @Size(2) Set<String> names,
      @ForAll @IntRange(max = 100_000) int epoch)
      throws Exception {
    clear();
    List<ProbeOverlay> overlays = new ArrayList<>();
    for (String name : names) {
      ProbeOverlay one = explained.get(overlays.size());
      overlays.add(new ProbeOverlay(name, one.probe(), one.explanation(), Map.of()));
    }
    List<EpochOverlays> epochs =
        Stream.of(epoch, epoch + 1, epoch + 7)
            .map(number -> new EpochOverlays(number, metrics, overlays))
            .toList();
    BoardEpochs.log(new TensorBoardSink(folder), epochs);
    JsonObject seen = reader.read(folder);

    JsonObject scalars = seen.getAsJsonObject("scalars");
    assertThat(scalars.keySet()).hasSameSizeAs(metrics.keySet()).allMatch(AnyEventsTest::isTag);
    List<Double> values = new ArrayList<>(metrics.values());
    for (Map.Entry<String, JsonElement> scalar : scalars.entrySet()) {
      double expected = values.remove(0).floatValue();
      JsonArray points = scalar.getValue().getAsJsonArray();
      assertThat(points).hasSize(3);
      for (int i = 0; i < 3; i++) {
        JsonArray point = points.get(i).getAsJsonArray();
        assertThat(point.get(0).getAsInt()).isEqualTo(epochs.get(i).epoch());
        assertThat(point.get(1).getAsDouble()).isEqualTo(expected);
      }
    }
    metrics.keySet().stream()
        .filter(name -> name.matches("\\w+"))
        .forEach(name -> assertThat(scalars.keySet()).anyMatch(tag -> tag.startsWith(name)));

    JsonObject images = seen.getAsJsonObject("images");
    assertThat(images.keySet())
        .hasSize(2)
        .allMatch(AnyEventsTest::isTag)
        .allMatch(tag -> tag.startsWith("gradcam/"));
    images.entrySet().forEach(tag -> assertThat(tag.getValue().getAsJsonArray()).hasSize(3));
  }

  @Provide
  Arbitrary<Map<String, Double>> metrics() {
    Arbitrary<Double> numbers =
        Arbitraries.longs()
            .map(Double::longBitsToDouble)
            .filter(value -> Math.abs(value) <= Float.MAX_VALUE);
    Arbitrary<String> words = Arbitraries.strings().withChars("ab_ /.-|\u00e9\n").ofMaxLength(4);
    return Arbitraries.maps(Arbitraries.oneOf(words, Arbitraries.strings()), numbers)
        .ofMaxSize(8)
        .map(LinkedHashMap::new);
  }

  private static boolean isTag(String tag) {
    return !tag.startsWith("/") && tag.matches("(?U)[-./\\w]+");
  }

  private void clear() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }
}
