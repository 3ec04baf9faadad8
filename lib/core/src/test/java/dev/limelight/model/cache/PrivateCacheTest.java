package dev.limelight.model.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateCacheTest {

  private static final Map<String, String> KEY = Map.of("model", "1a", "threads", "2");
  private static final Map<String, String> FACTS = Map.of("own", "12.5", "onnx", "3.25");

  @TempDir private Path temporary;

  private Path folder;

  @BeforeEach
  void nameFolder() {
    folder = temporary.resolve("deep").resolve("cache");
    System.setProperty(PrivateCache.FOLDER, folder.toString());
  }

  @AfterEach
  void forgetFolder() {
    System.clearProperty(PrivateCache.FOLDER);
  }

  private Path file() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findFirst().orElseThrow();
    }
  }

  @Test
  void factsAreFoundByTheirKeyAlone() {
    assertThat(PrivateCache.get("speed", KEY)).isEmpty();
    assertThat(PrivateCache.put("speed", KEY, FACTS)).isTrue();
    assertThat(PrivateCache.get("speed", KEY)).contains(FACTS);
    assertThat(PrivateCache.get("other", KEY)).isEmpty();
    assertThat(PrivateCache.get("speed", Map.of("model", "1a", "threads", "1"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null", "{\"facts\": 3}", "{\"facts\": {\"own\": []}}"})
  void aFileOfOtherContentIsAbsentAndWrittenAgain(String content) throws IOException {
    PrivateCache.put("speed", KEY, FACTS);
    Files.writeString(file(), content);
    assertThat(PrivateCache.get("speed", KEY)).isEmpty();
    assertThat(PrivateCache.put("speed", KEY, FACTS)).isTrue();
    assertThat(PrivateCache.get("speed", KEY)).contains(FACTS);
  }

  @Test
  void oneChangedNumberIsSeen() throws IOException {
    PrivateCache.put("speed", KEY, FACTS);
    Files.writeString(file(), Files.readString(file()).replace("12.5", "92.5"));
    assertThat(PrivateCache.get("speed", KEY)).isEmpty();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aFolderIntoWhichOthersMayWriteIsNotTrusted() throws IOException {
    PrivateCache.put("speed", KEY, FACTS);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(PrivateCache.get("speed", KEY)).isEmpty();
    assertThat(PrivateCache.put("speed", KEY, FACTS)).isFalse();
  }

  @Test
  void whereNothingCanBeWrittenNothingIsKept() throws IOException {
    Files.writeString(temporary.resolve("deep"), "a file");
    assertThat(PrivateCache.put("speed", KEY, FACTS)).isFalse();
    assertThat(PrivateCache.get("speed", KEY)).isEmpty();
  }
}
