package dev.limelight;

import dev.limelight.ModelServer.Answer;
import dev.limelight.ModelServer.Refusal;
import dev.limelight.ModelServer.Request;
import dev.limelight.io.UnknownNameException;
import dev.limelight.isolation.Isolation;
import dev.limelight.isolation.MessageReader;
import dev.limelight.isolation.MessageWriter;
import dev.limelight.isolation.ModelProcess;
import dev.limelight.isolation.ModelProcessException;
import dev.limelight.isolation.ProtocolException;
import dev.limelight.support.UnknownClassException;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A model in a separate process. Where the process ends, the question that it was asked ends with
 * an exception, and the next one goes to a new process.
 */
final class IsolatedModel {

  /** A model that ends so many processes in a row is not loaded again. */
  private static final int MOST_ENDS = 10;

  private final ModelSettings settings;
  private final Isolation limits;
  private final LongConsumer progress;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable ModelProcess process;
  private byte @Nullable [] description;
  private String lastEnd = "";
  private int ends;
  private boolean closed;

  IsolatedModel(ModelSettings settings, Isolation limits, LongConsumer progress) {
    this.settings = settings;
    this.limits = limits;
    this.progress = progress;
  }

  /** Loads the model, and says what is known of it. */
  ModelInfo load() {
    return locked(
        () -> {
          running();
          return AnswerFormat.model(new MessageReader(known()));
        });
  }

  private byte[] known() {
    byte[] own = description;
    if (own == null) {
      throw new IllegalStateException("the model is not loaded");
    }
    return own;
  }

  /**
   * Asks the process, which is started if there is none.
   *
   * @param during what the process does, such as "explaining cat.jpg"
   * @param times how often it may take the time limit
   * @param parts how many parts the answer has beside its end
   * @param read makes the result of these parts and the end
   */
  <T> T ask(
      String during,
      int times,
      MessageWriter request,
      int parts,
      Function<List<MessageReader>, T> read) {
    return locked(
        () -> {
          ModelProcess asked = running();
          try {
            return exchange(asked, during, times, request, parts, read);
          } finally {
            // A process that still runs has answered.
            ends = process == null ? ends : 0;
          }
        });
  }

  /** Asks for one answer. */
  <T> T ask(String during, int times, MessageWriter request, Function<MessageReader, T> read) {
    return ask(during, times, request, 0, all -> read.apply(all.get(0)));
  }

  /** Asks a process that runs to do something; one that does not run has nothing to do. */
  void tell(String during, MessageWriter request) {
    locked(
        () -> {
          if (process != null) {
            exchange(process, during, 1, request, 0, all -> all);
          }
          return this;
        });
  }

  private interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  private <T> T locked(Work<T> work) {
    if (lock.isHeldByCurrentThread()) {
      throw new IllegalStateException(
          "an isolated explainer is asked one thing at a time; ask it again after it has answered,"
              + " not where it reports progress");
    }
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for another thread's explanation");
    }
    try {
      return work.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      end("it was interrupted");
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted, and the model's process was ended");
    } finally {
      lock.unlock();
    }
  }

  private ModelProcess running() throws IOException, InterruptedException {
    if (closed) {
      throw new IllegalStateException(
          "the explainer of this network is closed; explain before it is, or make another");
    }
    if (process != null) {
      return process;
    }
    if (ends >= MOST_ENDS) {
      throw new ModelProcessException(
          "the model ended "
              + ends
              + " processes in a row and is not loaded again; the last time, "
              + lastEnd);
    }
    ModelProcess started =
        ModelProcess.start(limits, settings.mayUseGpu(), ModelServer.class.getName());
    process = started;
    MessageWriter request = new MessageWriter(Request.LOAD);
    settings.write(request);
    String name = String.valueOf(settings.file().path().getFileName());
    byte[] found;
    try {
      found = exchange(started, "loading " + name, 1, request, 0, IsolatedModel::checked);
    } catch (RuntimeException e) {
      end(String.valueOf(e.getMessage()));
      throw e;
    }
    if (description == null) {
      description = found;
    } else if (!Arrays.equals(description, found)) {
      end("its files had changed");
      throw new ModelProcessException(
          "the files of " + name + " have changed since the model was loaded; load it again");
    }
    return started;
  }

  /** The description of a model after it could be read. */
  private static byte[] checked(List<MessageReader> all) {
    byte[] rest = all.get(0).rest();
    MessageReader reader = new MessageReader(rest);
    AnswerFormat.model(reader);
    reader.end();
    return rest;
  }

  private <T> T exchange(
      ModelProcess asked,
      String during,
      int times,
      MessageWriter request,
      int parts,
      Function<List<MessageReader>, T> read)
      throws InterruptedException {
    long seconds = (long) limits.seconds() * times;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    List<MessageReader> got = new ArrayList<>();
    MessageReader answer;
    try {
      asked.send(request);
      answer = asked.next(deadline, seconds, during);
      for (Answer kind = kind(answer); kind != Answer.DONE; kind = kind(answer)) {
        if (kind == Answer.REFUSED) {
          throw new Refused(answer.kind(Refusal.values()), answer.text(AnswerFormat.LONGEST));
        } else if (kind == Answer.PROGRESS) {
          progress.accept(Math.max(0, Math.min(Integer.MAX_VALUE, answer.longNumber())));
        } else if (got.size() < parts) {
          got.add(answer);
        } else {
          throw new ProtocolException("an answer has more parts than were asked for");
        }
        answer = asked.next(deadline, seconds, during);
      }
      if (got.size() < parts) {
        throw new ProtocolException("an answer has fewer parts than were asked for");
      }
      got.add(answer);
      return read(got, read);
    } catch (ModelProcessException e) {
      end(String.valueOf(e.getMessage()));
      throw e;
    } catch (ProtocolException e) {
      String why =
          "the model's process was ended while "
              + during
              + ", as it broke the protocol: "
              + e.getMessage();
      end(why);
      throw new ModelProcessException(why);
    } catch (Refused e) {
      throw e.refusal();
    }
  }

  private static Answer kind(MessageReader answer) {
    return answer.kind(Answer.values());
  }

  /** Whatever cannot be read was not agreed; what the model asks for may be too large. */
  private static <T> T read(List<MessageReader> all, Function<List<MessageReader>, T> read) {
    try {
      return read.apply(all);
    } catch (UnsupportedException | ProtocolException e) {
      throw e;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new ProtocolException(String.valueOf(e.getMessage()));
    }
  }

  /** What the process refused. */
  private static final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Refusal kind;
    private final String text;

    private Refused(Refusal kind, String text) {
      super(text);
      this.kind = kind;
      this.text = text;
    }

    private RuntimeException refusal() {
      return switch (kind) {
        case FILE -> new UncheckedIOException(new IOException(text));
        case UNSUPPORTED -> new UnsupportedException(text);
        case NO_GRADIENT -> UnsupportedException.noGradient(text);
        case ARGUMENT -> new IllegalArgumentException(text);
        case NAME -> new UnknownNameException("", text);
        case CLASS -> new UnknownClassException(text);
        case STATE -> new IllegalStateException(text);
        case OTHER -> new ModelProcessException("the model's engine failed: " + text);
      };
    }
  }

  private void end(String why) {
    if (process != null) {
      process.close();
      process = null;
      lastEnd = why;
      ends++;
    }
  }

  /** The number of its process in the system, or -1 if there is none. */
  long pid() {
    return process == null ? -1 : process.pid();
  }

  /** Ends the process, after the call that uses it now. */
  void close() {
    lock.lock();
    try {
      closed = true;
      if (process != null) {
        process.close();
        process = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
