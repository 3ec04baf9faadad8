package dev.limelight.metric;

import static dev.limelight.metric.Asked.HEIGHT;
import static dev.limelight.metric.Asked.SIZE;
import static dev.limelight.metric.Asked.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Mask;
import dev.limelight.image.OuterContours;
import dev.limelight.metric.localisation.EnergyInMask;
import java.awt.Rectangle;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Stored values by the peers' own code and formulas: src/test/python/make_metrics.py. */
class PeerValuesTest {

  private final JsonObject peers;

  PeerValuesTest() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(PeerValuesTest.class.getResourceAsStream("/metrics/peers.json"))) {
      peers =
          JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
              .getAsJsonObject();
    }
  }

  private static float[] floats(JsonArray array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).getAsFloat();
    }
    return values;
  }

  @Test
  void metricsOfANetworkAgree() {
    Map<String, Metric> metrics =
        Map.of(
            "deletion", new Deletion(6, Imputer.ZERO),
            "insertion", new Insertion(6, Imputer.BLUR),
            "road", new Road(List.of(25, 50), 0),
            "energy-in-mask", new EnergyInMask());
    for (JsonElement element : peers.getAsJsonArray("trials")) {
      JsonObject stored = element.getAsJsonObject();
      float[] input = floats(stored.getAsJsonArray("input"));
      float[] weights = floats(stored.getAsJsonArray("weights"));
      boolean[] cells = new boolean[SIZE];
      for (int i = 0; i < SIZE; i++) {
        cells[i] = stored.getAsJsonArray("mask").get(i).getAsBoolean();
      }
      Asked asked = network(weights);
      Trial trial =
          new Trial(asked.explain(input), input, WIDTH, HEIGHT, new Mask(WIDTH, HEIGHT, cells), 1);
      for (Map.Entry<String, JsonElement> value : stored.getAsJsonObject("values").entrySet()) {
        String name = value.getKey();
        Metric metric = metrics.containsKey(name) ? metrics.get(name) : Metrics.named(name);
        assertThat(asked.measure(metric, trial).value())
            .as(name)
            .isCloseTo(value.getValue().getAsDouble(), within(1e-5));
      }
    }
  }

  private static Asked network(float[] weights) {
    return new Asked(
        input -> {
          double sum = 0;
          for (int i = 0; i < input.length; i++) {
            sum += (double) weights[i] * input[i] / 10;
          }
          return 1 / (1 + Math.exp(-sum));
        },
        input -> {
          float[] values = new float[SIZE];
          for (int i = 0; i < input.length; i++) {
            values[i % SIZE] += (1 + Math.abs(weights[i])) * input[i] * input[i];
          }
          return new Heatmap(WIDTH, HEIGHT, values, "logit");
        });
  }

  @Test
  void similaritiesAgree() {
    for (JsonElement element : peers.getAsJsonArray("similarities")) {
      JsonObject stored = element.getAsJsonObject();
      Heatmap one = new Heatmap(20, 16, floats(stored.getAsJsonArray("one")), "");
      Heatmap other = new Heatmap(20, 16, floats(stored.getAsJsonArray("other")), "");
      assertThat(Similarity.ssim(one, other))
          .isCloseTo(stored.get("ssim").getAsDouble(), within(1e-9));
      assertThat(Similarity.spearman(one, other))
          .isCloseTo(stored.get("spearman").getAsDouble(), within(1e-9));
    }
  }

  @Test
  void theBlurIsThatOfRise() {
    float[] point = new float[3 * 21 * 21];
    point[10 * 21 + 10] = 1;
    float[] blurred = Imputer.BLUR.of(point, 21, 21);
    JsonObject kernel = peers.getAsJsonObject("kernel");
    Map<String, Integer> locations =
        Map.of("middle", 10 * 21 + 10, "corner", 5 * 21 + 5, "side", 10 * 21 + 5);
    locations.forEach(
        (name, at) ->
            assertThat((double) blurred[at])
                .as(name)
                .isCloseTo(kernel.get(name).getAsDouble(), within(1e-8)));
    assertThat(blurred[4 * 21 + 10]).isZero();
  }

  @Test
  void theLargestContoursAreThoseOfOpenCv() {
    int compared = 0;
    for (JsonElement element : peers.getAsJsonArray("boxes")) {
      JsonObject stored = element.getAsJsonObject();
      float[] scores = floats(stored.getAsJsonArray("scores"));
      int width = stored.get("width").getAsInt();
      for (JsonElement one : stored.getAsJsonArray("boxes")) {
        JsonArray box = one.getAsJsonArray();
        boolean[] above = new boolean[scores.length];
        for (int i = 0; i < above.length; i++) {
          above[i] = scores[i] > box.get(0).getAsInt();
        }
        assertThat(OuterContours.largest(new Mask(width, scores.length / width, above)))
            .isEqualTo(
                new Rectangle(
                    box.get(1).getAsInt(),
                    box.get(2).getAsInt(),
                    box.get(3).getAsInt(),
                    box.get(4).getAsInt()));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(100);
  }
}
