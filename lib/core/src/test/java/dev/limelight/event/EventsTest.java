package dev.limelight.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.Explainer;
import dev.limelight.Fixtures;
import dev.limelight.Question;
import dev.limelight.cam.GradCam;
import dev.limelight.image.Picture;
import dev.limelight.perturb.Rise;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recording shows of an explanation. */
class EventsTest {

  @TempDir Path folder;

  private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals("dev.limelight." + name))
        .toList();
  }

  private static Picture picture(int seed) {
    int[] pixels = new int[32 * 32];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (i * 7919 + seed * 104729) & 0xFFFFFF;
    }
    return Picture.of(32, 32, pixels, "picture " + seed);
  }

  @Test
  void aRecordingHasTheLoadTheCutTheBatchesAndTheMethods() throws IOException {
    Path file = folder.resolve("limelight.jfr");
    Rise rise = new Rise(40, 3, 0.5, 0, null, 1);
    Path model = Fixtures.folder("fixtures").resolve("tiny-resnet-traced.pt");
    try (Recording recording = new Recording()) {
      recording.start();
      try (Explainer explainer = Explainer.of(model)) {
        explainer.explain(
            Question.of(picture(1), picture(2)).methods(new GradCam(), rise).targets(Target.of(1)));
      }
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    assertThat(named(events, "Load"))
        .singleElement()
        .satisfies(load -> assertThat(load.getString("model")).isEqualTo(model.toString()));
    assertThat(named(events, "Cut")).hasSize(1);
    assertThat(named(events, "Picture"))
        .extracting(event -> event.getString("picture"))
        .containsExactly("picture 1", "picture 2");
    assertThat(named(events, "Method"))
        .extracting(event -> event.getString("method"))
        .containsExactly("grad-cam", "rise");
    assertThat(named(events, "Batch"))
        .filteredOn(batch -> batch.getString("what").equals("copies"))
        .extracting(batch -> batch.getInt("count"))
        .satisfies(
            counts -> assertThat(counts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(80));
    assertThat(events)
        .filteredOn(event -> event.getEventType().getName().startsWith("dev.limelight."))
        .allSatisfy(
            event -> {
              assertThat(event.getEventType().getCategoryNames()).containsExactly("Limelight");
              assertThat(event.getEventType().getLabel()).isNotBlank();
              assertThat(event.getDuration().toNanos()).isPositive();
            });
  }
}
