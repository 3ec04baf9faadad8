package dev.limelight.model.loading;

import dev.limelight.io.FileState;
import dev.limelight.io.Hashes;
import dev.limelight.io.Meanwhile;
import dev.limelight.model.loading.ModelFile.Hash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A hash that is computed while something else is done.
 *
 * @param first files as they were before anything was read
 * @param hashed what was computed
 */
record ModelHash(List<FileState> first, Meanwhile<Hashed> hashed) implements Hash {

  /**
   * The hash of files.
   *
   * @param files as they were before they were hashed
   */
  record Hashed(List<FileState> files, String sha256) {}

  /**
   * Begins with files that are there.
   *
   * @param known of them
   * @param files all of them
   */
  static Hash begin(List<Path> known, Meanwhile.Work<List<Path>> files) throws IOException {
    return new ModelHash(
        states(known),
        Meanwhile.begin(
            () -> {
              List<Path> all = files.get();
              return new Hashed(states(all), Hashes.sha256(all));
            }));
  }

  private static List<FileState> states(List<Path> files) throws IOException {
    List<FileState> states = new ArrayList<>();
    for (Path file : files) {
      states.add(FileState.of(file));
    }
    return List.copyOf(states);
  }

  /** A hash that is computed when it is asked for, of files that may not be there yet. */
  static Hash later(Meanwhile.Work<String> hash) {
    return new Hash() {
      @Override
      public String get() throws IOException {
        return hash.get();
      }

      @Override
      public boolean isCurrent() {
        return false;
      }
    };
  }

  @Override
  public String get() throws IOException {
    return hashed.get().sha256();
  }

  @Override
  public boolean isCurrent() {
    return Stream.concat(first.stream(), hashed.result().join().files().stream())
        .allMatch(FileState::isUnchanged);
  }
}
