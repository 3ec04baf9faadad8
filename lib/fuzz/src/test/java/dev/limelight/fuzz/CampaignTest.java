package dev.limelight.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CampaignTest {

  @TempDir private Path folder;

  @Test
  void tellsHowEachCaseEndsAndGoesOnAfterwards() throws IOException {
    List<String> said = new ArrayList<>();
    try (Campaign campaign =
        new Campaign("trouble", folder, 1, 1, new Findings(folder), said::add)) {
      Campaign.Tally tally = campaign.run(0, Long.MAX_VALUE);
      assertThat(tally.counts())
          .containsOnlyKeys(
              EnumSet.complementOf(EnumSet.of(Outcome.Kind.MEMORY)).toArray(Outcome.Kind[]::new))
          .allSatisfy((kind, count) -> assertThat(count).isOne());
      assertThat(tally.findings()).isEqualTo(3);
    }
    assertThat(said).hasSize(3);
    assertThat(folder.resolve("trouble/1--3/outcome.txt"))
        .content()
        .contains("EXCEPTION", "IllegalStateException", "TroubleFuzz", "no answer to rude")
        .contains("it ends so again");
    assertThat(folder.resolve("trouble/1--4/outcome.txt")).content().contains("CRASH", "code 7");
    assertThat(folder.resolve("trouble/1--5/outcome.txt"))
        .content()
        .contains("HANG", "no end in 1 s", "Thread.sleep");
    assertThat(Files.readString(folder.resolve("trouble/1--5/word.txt"))).isEqualTo("sleep");
  }
}
