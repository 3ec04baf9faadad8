package dev.limelight.isolation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * The process of an isolated model as seen from outside: requests go in, answers come out, and
 * neither a process that does not read nor one that does not answer stops its caller for longer
 * than the limit.
 */
@API(status = Status.INTERNAL)
public final class ModelProcess implements AutoCloseable {

  /** The longest answer: the maps of a batch by one method. */
  private static final int LONGEST_ANSWER = 1 << 28;

  /** Answers that wait; the process waits when there are more. */
  private static final int MOST_WAITING = 4;

  /** What is kept of what the process prints. */
  private static final int LAST_PRINTED = 4096;

  private final ChildJvm child;
  private final Isolation limits;
  private final BlockingQueue<MessageWriter> requests = new ArrayBlockingQueue<>(1);
  private final BlockingQueue<Received> answers = new ArrayBlockingQueue<>(MOST_WAITING);
  private final StringBuilder printed = new StringBuilder();
  private final Thread printing;

  /** An answer, or why there is none. */
  private record Received(@Nullable MessageReader answer, String why) {}

  private ModelProcess(ChildJvm child, Isolation limits) {
    this.child = child;
    this.limits = limits;
    begin("requests", this::write);
    begin("answers", this::read);
    printing = begin("prints", this::print);
  }

  /**
   * Starts one.
   *
   * @param main the class that it runs, which reads requests by a {@link ParentLink}
   * @throws IOException if the system cannot start it
   */
  public static ModelProcess start(Isolation limits, boolean mayUseGpu, String main)
      throws IOException {
    return new ModelProcess(
        ChildJvm.start(limits, mayUseGpu, ChildJvm.Streams.PIPES, main, List.of(ChildJvm.ANSWERS)),
        limits);
  }

  private static Thread begin(String name, Runnable work) {
    Thread thread = new Thread(work, "limelight-isolated-" + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void write() {
    try {
      while (true) {
        requests.take().sendTo(child.process().getOutputStream());
      }
    } catch (InterruptedException | UncheckedIOException e) {
      // The process has ended, which its reader notices.
      return;
    }
  }

  private void read() {
    String why = "";
    try (InputStream in = child.process().getInputStream()) {
      MessageReader next = MessageReader.next(in, LONGEST_ANSWER);
      while (next != null) {
        answers.put(new Received(next, ""));
        next = MessageReader.next(in, LONGEST_ANSWER);
      }
    } catch (ProtocolException e) {
      why = String.valueOf(e.getMessage());
    } catch (IOException | InterruptedException e) {
      why = "";
    }
    try {
      answers.put(new Received(null, why));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void print() {
    byte[] some = new byte[1024];
    try (InputStream in = child.process().getErrorStream()) {
      for (int count = in.read(some); count >= 0; count = in.read(some)) {
        synchronized (printed) {
          printed.append(new String(some, 0, count, StandardCharsets.UTF_8));
          printed.delete(0, Math.max(0, printed.length() - LAST_PRINTED));
        }
      }
    } catch (IOException e) {
      // It has ended.
      return;
    }
  }

  /** Sends a request; there is one at a time. */
  public void send(MessageWriter request) {
    if (!requests.offer(request)) {
      throw new ProtocolException("the process has not read the request before this one");
    }
  }

  /**
   * The next answer.
   *
   * @param deadline by {@link System#nanoTime}
   * @param seconds from the request to the deadline
   * @param during what the process does, such as "loading net.onnx"
   * @throws ModelProcessException if there is none
   * @throws ProtocolException if there is something else
   */
  public MessageReader next(long deadline, long seconds, String during)
      throws InterruptedException {
    Received received = answers.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    if (received == null) {
      throw ended(Ending.late(seconds), during);
    }
    MessageReader answer = received.answer();
    if (answer != null) {
      return answer;
    }
    if (!received.why().isEmpty()) {
      throw new ProtocolException(received.why());
    }
    throw ended(ending(), during);
  }

  private static ModelProcessException ended(Ending ending, String during) {
    return new ModelProcessException(ending.sentence("the model's process", during));
  }

  private Ending ending() throws InterruptedException {
    if (!child.process().waitFor(10, TimeUnit.SECONDS)) {
      return new Ending("stopped answering", "");
    }
    printing.join(1000);
    synchronized (printed) {
      return Ending.of(child.process().exitValue(), child.folder(), limits, printed.toString());
    }
  }

  /** Its number in the system. */
  public long pid() {
    return child.process().pid();
  }

  /** Ends it and removes its folder. */
  @Override
  public void close() {
    child.close();
  }
}
