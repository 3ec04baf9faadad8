package dev.limelight.model.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptFactsTest {

  private static final Map<String, String> SMALL = Map.of("picture", "(3, 8, 8)");

  @TempDir private Path temporary;

  private Path folder;

  @BeforeEach
  void nameFolder() {
    folder = temporary.resolve("facts");
    System.setProperty(PrivateCache.FOLDER, folder.toString());
  }

  @AfterEach
  void forgetFolder() {
    System.clearProperty(PrivateCache.FOLDER);
  }

  private static KeptFacts of(String model) {
    return KeptFacts.of(() -> Optional.of(Map.of("model", model)), () -> true);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void aFactIsFoundAgainByAllThatItDependsOn() {
    assertThat(of("1a").get("layer", SMALL)).isEmpty();
    of("1a").put("layer", SMALL, "last");
    assertThat(of("1a").get("layer", SMALL)).contains("last");
    assertThat(of("1a").is("layer", SMALL, "last")).isTrue();
    assertThat(of("1a").is("layer", SMALL, "first")).isFalse();
    assertThat(of("1b").get("layer", SMALL)).isEmpty();
    assertThat(of("1a").get("range", SMALL)).isEmpty();
    assertThat(of("1a").get("layer", Map.of("picture", "(3, 9, 8)"))).isEmpty();
  }

  @Test
  void withoutAKeyNothingIsKept() {
    KeptFacts unreadable =
        KeptFacts.of(
            () -> {
              throw new IOException("the file is gone");
            },
            () -> true);
    for (KeptFacts none :
        List.of(KeptFacts.NONE, KeptFacts.of(Optional::empty, () -> true), unreadable)) {
      none.put("layer", SMALL, "last");
      assertThat(none.get("layer", SMALL)).isEmpty();
    }
    assertThat(folder).doesNotExist();
  }

  @Test
  void ofAChangedFileNothingIsKnownOrKept() {
    boolean[] current = {true};
    KeptFacts facts = KeptFacts.of(() -> Optional.of(Map.of("model", "1a")), () -> current[0]);
    facts.put("layer", SMALL, "last");
    current[0] = false;
    facts.put("range", SMALL, "ANY");
    assertThat(facts.get("layer", SMALL)).isEmpty();
    current[0] = true;
    assertThat(facts.get("layer", SMALL)).contains("last");
    assertThat(facts.get("range", SMALL)).isEmpty();
  }

  @Test
  void theKeyIsFoundOnce() {
    int[] asked = new int[1];
    KeptFacts facts =
        KeptFacts.of(
            () -> {
              asked[0]++;
              return Optional.of(Map.of("model", "1a"));
            },
            () -> true);
    assertThat(asked[0]).isZero();
    facts.put("layer", SMALL, "last");
    assertThat(facts.get("layer", SMALL)).contains("last");
    assertThat(asked[0]).isEqualTo(1);
  }

  @Test
  void hostileFilesCountAsAbsent() throws IOException {
    of("1a").put("layer", SMALL, "last");
    Path file = files().get(0);
    String whole = Files.readString(file);
    for (String damaged :
        List.of(
            "",
            "{",
            "null",
            "[".repeat(60_000),
            "{\"a\":".repeat(10_000),
            whole.substring(0, whole.length() / 2),
            whole.replace("last", "first"),
            whole.replace("\"fact\":\"last\"", "\"fact\":null"),
            whole.replace("\"fact\":\"last\"", "\"fact\":[\"last\"]"),
            whole.replace("\"fact\":\"last\"", "\"other\":\"last\""))) {
      Files.writeString(file, damaged);
      assertThat(of("1a").get("layer", SMALL))
          .as(damaged.substring(0, Math.min(40, damaged.length())))
          .isEmpty();
    }
    Files.write(file, new byte[] {(byte) 0xC3, 0x28});
    assertThat(of("1a").get("layer", SMALL)).isEmpty();
    Files.writeString(file, whole);
    assertThat(of("1a").get("layer", SMALL)).contains("last");
  }

  @Test
  void severalAtOnceDoNotDisturbEachOther() throws IOException {
    IntStream.range(0, 64)
        .parallel()
        .forEach(
            i -> {
              of("1a").put("layer", SMALL, "last");
              assertThat(of("1a").get("layer", SMALL)).contains("last");
            });
    assertThat(files()).hasSize(1);
  }

  @Test
  void theOldestFilesAreDeletedWhenThereAreMany() throws IOException {
    of("1a").put("layer", SMALL, "last");
    Path first = files().get(0);
    Files.setLastModifiedTime(first, FileTime.fromMillis(1_000_000_000_000L));
    for (int i = 0; i < 999; i++) {
      Files.writeString(folder.resolve(String.format("layer-%032x.json", i)), "{}");
    }
    Path foreign = Files.writeString(folder.resolve("package-lock.json"), "{}");
    Files.setLastModifiedTime(foreign, FileTime.fromMillis(1));
    assertThat(of("1a").get("layer", SMALL)).contains("last");
    of("1b").put("layer", SMALL, "last");
    assertThat(of("1a").get("layer", SMALL)).isEmpty();
    assertThat(of("1b").get("layer", SMALL)).contains("last");
    assertThat(files()).hasSize(1_001).contains(foreign);
  }

  @Test
  void aFactThatIsTooLongIsNotKept() throws IOException {
    of("1a").put("layer", SMALL, "l".repeat(1 << 17));
    assertThat(of("1a").get("layer", SMALL)).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void theInstallationIsTheSameEachTime() {
    assertThat(Installation.described())
        .isEqualTo(Installation.described())
        .containsKeys("processor", "cores", "java", "system", "jars", "settings");
  }

  @Test
  void anotherSettingOfAnEngineIsAnotherInstallation() {
    Map<String, String> before = Installation.described();
    System.setProperty("ai.djl.pytorch.num_threads", "77");
    try {
      assertThat(Installation.described()).isNotEqualTo(before);
    } finally {
      System.clearProperty("ai.djl.pytorch.num_threads");
    }
    assertThat(Installation.described()).isEqualTo(before);
  }
}
