package dev.limelight.notebook;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Stores outputs like a notebook: an update replaces the output with the same id. */
final class RecordingScreen implements Screen, AutoCloseable {

  private final Screen before = Notebook.screen();
  private final Map<String, Rendering> outputs = new LinkedHashMap<>();
  int updates;

  RecordingScreen() {
    Notebook.use(this);
  }

  List<Rendering> outputs() {
    return new ArrayList<>(outputs.values());
  }

  Rendering last() {
    return outputs().get(outputs.size() - 1);
  }

  @Override
  public void show(Rendering rendering) {
    outputs.put(UUID.randomUUID().toString(), rendering);
  }

  @Override
  public void display(Rendering rendering, String id) {
    outputs.put(id, rendering);
  }

  @Override
  public void update(Rendering rendering, String id) {
    updates++;
    if (outputs.replace(id, rendering) == null) {
      throw new AssertionError("an update of an output that was never shown: " + id);
    }
  }

  @Override
  public void close() {
    Notebook.use(before);
  }
}
