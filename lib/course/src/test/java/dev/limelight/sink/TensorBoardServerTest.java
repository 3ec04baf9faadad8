package dev.limelight.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.limelight.codec.Png;
import dev.limelight.watch.BoardEpochs;
import dev.limelight.watch.EpochOverlays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardServerTest {

  private static final String SCALARS = "data/plugin/scalars/";
  private static final String IMAGES = "data/plugin/images/";

  /** What TensorBoard's page asks its server for, while a training goes on. */
  @Test
  void thePageFindsScalarsImagesAndSettings(@TempDir Path logs) throws Exception {
    TensorBoard.assumeInstalled();
    List<EpochOverlays> epochs = BoardEpochs.of(0, 4);
    try (TensorBoardSink sink = new TensorBoardSink(logs.resolve("scenes"))) {
      sink.begin(BoardEpochs.RUN);
      for (EpochOverlays epoch : epochs.subList(0, 3)) {
        sink.epoch(epoch);
      }
      try (TensorBoard.Server server = new TensorBoard.Server(logs)) {
        await(server, SCALARS + "scalars?run=scenes&tag=localisation/energy-in-mask", 3);
        JsonObject tags = server.json(SCALARS + "tags").getAsJsonObject().getAsJsonObject("scenes");
        assertThat(tags.keySet())
            .containsExactlyInAnyOrder(
                "localisation/energy-in-mask", "train/loss", "validation/accuracy");
        sink.epoch(epochs.get(3));
        JsonArray losses = await(server, SCALARS + "scalars?run=scenes&tag=train/loss", 3);
        for (int i = 0; i < 3; i++) {
          JsonArray point = losses.get(i).getAsJsonArray();
          assertThat(point.get(1).getAsInt()).isEqualTo(i + 1);
          assertThat(point.get(2).getAsFloat()).isEqualTo((float) (1.0 / (2 + i)));
        }
        for (int i = 0; i < 2; i++) {
          String query = "images?run=scenes&sample=0&tag=gradcam/scene_" + i;
          JsonArray images = await(server, IMAGES + query, 4);
          for (int epoch = 0; epoch < 4; epoch++) {
            JsonObject image = images.get(epoch).getAsJsonObject();
            assertThat(image.get("step").getAsInt()).isEqualTo(epoch);
            byte[] png = server.get(IMAGES + "individualImage?" + image.get("query").getAsString());
            assertThat(png)
                .isEqualTo(Png.encode(epochs.get(epoch).overlays().get(i).explanation().toImage()));
          }
        }
        JsonElement settings = server.json("data/plugin/text/text?run=scenes&tag=settings");
        assertThat(settings.getAsJsonArray().get(0).getAsJsonObject().get("text").getAsString())
            .contains("<td>layer</td>\n<td>layer3</td>")
            .contains("<td>a|b &lt;*c*&gt; d</td>");
      }
    }
  }

  /** The points of a tag, once the server has loaded so many. */
  private static JsonArray await(TensorBoard.Server server, String path, int points)
      throws Exception {
    String last = "";
    for (long end = System.nanoTime() + 60_000_000_000L; System.nanoTime() < end; ) {
      try {
        JsonArray found = server.json(path).getAsJsonArray();
        if (found.size() == points) {
          return found;
        }
        last = found.toString();
      } catch (IOException e) {
        last = e.getMessage();
      }
      Thread.sleep(200);
    }
    throw new AssertionError(path + " should have " + points + " points, but: " + last);
  }
}
