package dev.limelight.watch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/** The sinks of a training. A failure of one is reported once; from then on it is only closed. */
final class Sinks {

  /** What a sink is asked to do. */
  private interface Request {
    void to(OverlaySink sink) throws IOException;
  }

  private final List<OverlaySink> all;
  private final List<OverlaySink> working;
  private final Failures failures;

  Sinks(List<OverlaySink> sinks, Failures failures) {
    all = List.copyOf(sinks);
    working = new ArrayList<>(sinks);
    this.failures = failures;
  }

  void begin(WatchedRun run) {
    ask("begin the run '" + run.name() + "'", sink -> sink.begin(run));
  }

  void epoch(EpochOverlays overlays) {
    ask("take epoch " + overlays.epoch(), sink -> sink.epoch(overlays));
  }

  private void ask(String what, Request request) {
    boolean interrupted = Thread.currentThread().isInterrupted();
    for (OverlaySink sink : List.copyOf(working)) {
      try {
        request.to(sink);
        if (interrupted) {
          // Drawing may swallow it: the first text loads fonts, and waits for them.
          Thread.currentThread().interrupt();
        }
      } catch (CancellationException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        if (Thread.currentThread().isInterrupted()) {
          // An interrupt makes files and sockets fail, which is nothing that the sink did wrong.
          throw new CancellationException("interrupted while sinks were to " + what);
        }
        working.remove(sink);
        failures.report(
            name(sink)
                + " could not "
                + what
                + " and is left alone from now on, while the training goes on: "
                + Failures.reason(e));
      }
    }
  }

  /** Closes each, also those that failed and also while the thread is interrupted. */
  void close() {
    boolean interrupted = Thread.interrupted();
    try {
      for (OverlaySink sink : all) {
        try {
          if (interrupted) {
            sink.interrupted();
          }
          sink.close();
        } catch (IOException | RuntimeException e) {
          failures.report(name(sink) + " could not be closed: " + Failures.reason(e));
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static String name(OverlaySink sink) {
    String name = sink.getClass().getSimpleName();
    return name.isEmpty() ? "a sink" : name;
  }
}
