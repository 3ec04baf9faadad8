package dev.limelight.onnx.file;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.limelight.io.FileState;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model that was read last, as long as it is in memory anyway: a file is read when it is loaded
 * and again when its network is made, and its weights may fill much of the memory.
 */
public final class LastModel {

  /** A file that was written just now may be written again at the same time of the clock. */
  private static final Duration SETTLED = Duration.ofSeconds(2);

  private @Nullable Entry last;

  private record Entry(Path path, List<FileState> files, WeakReference<ModelProto> model) {}

  /** The model of a file, or null if it is another one, was changed, or is not in memory. */
  public @Nullable ModelProto get(Path path) throws IOException {
    Entry entry = unchanged(path);
    return entry == null ? null : entry.model().get();
  }

  /** The files that a model was read from, or null if it is another one or was changed. */
  @Nullable List<Path> files(Path path) throws IOException {
    Entry entry = unchanged(path);
    return entry == null ? null : entry.files().stream().map(FileState::path).toList();
  }

  private synchronized @Nullable Entry unchanged(Path path) {
    if (last == null || !last.path().equals(path)) {
      return null;
    }
    return last.files().stream().allMatch(FileState::isUnchanged) ? last : null;
  }

  /** Keeps a model in mind. */
  public synchronized void put(Path path, List<Path> files, ModelProto model) throws IOException {
    List<FileState> states = new ArrayList<>();
    for (Path file : files) {
      states.add(FileState.of(file));
    }
    FileTime recent = FileTime.from(Instant.now().minus(SETTLED));
    boolean settled = states.stream().noneMatch(state -> state.modified().compareTo(recent) > 0);
    last = settled ? new Entry(path, List.copyOf(states), new WeakReference<>(model)) : null;
  }
}
