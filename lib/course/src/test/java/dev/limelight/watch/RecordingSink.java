package dev.limelight.watch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Keeps what it is told. */
class RecordingSink implements OverlaySink {

  final List<WatchedRun> runs = new ArrayList<>();
  final List<EpochOverlays> epochs = new ArrayList<>();
  int closed;
  boolean interruptedAtClose;

  @Override
  public void begin(WatchedRun run) throws IOException {
    runs.add(run);
  }

  @Override
  public void epoch(EpochOverlays overlays) throws IOException {
    epochs.add(overlays);
  }

  @Override
  public void close() throws IOException {
    closed++;
    interruptedAtClose = Thread.currentThread().isInterrupted();
  }

  List<Integer> numbers() {
    return epochs.stream().map(EpochOverlays::epoch).toList();
  }

  EpochOverlays last() {
    return epochs.get(epochs.size() - 1);
  }
}
