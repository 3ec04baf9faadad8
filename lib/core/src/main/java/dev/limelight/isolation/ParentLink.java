package dev.limelight.isolation;

import dev.limelight.io.AtomicFile;
import java.io.BufferedInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * What a child process knows of its parent. A thread reads standard input all the time, so that the
 * child ends with its parent whatever it computes meanwhile.
 */
@API(status = Status.INTERNAL)
public final class ParentLink {

  private final BlockingQueue<MessageReader> requests = new LinkedBlockingQueue<>();
  private final OutputStream answers;

  private ParentLink(OutputStream answers) {
    this.answers = answers;
  }

  /**
   * Begins to read requests.
   *
   * @param answers the file that answers are written to
   */
  public static ParentLink open(String answers) throws IOException {
    ParentLink link = new ParentLink(new FileOutputStream(answers));
    // What is printed from here on does not get among the answers.
    System.setOut(System.err);
    watch(new BufferedInputStream(System.in, 1 << 16), link.requests);
    return link;
  }

  /** Ends this process when its parent has ended, or closes its standard input. */
  static void watch() {
    watch(System.in, null);
  }

  private static void watch(InputStream in, @Nullable BlockingQueue<MessageReader> requests) {
    Thread thread =
        new Thread(
            () -> {
              try {
                if (requests == null) {
                  in.transferTo(OutputStream.nullOutputStream());
                } else {
                  read(in, requests);
                }
              } catch (IOException | RuntimeException e) {
                // Without its parent there is nobody to answer.
              } finally {
                end();
              }
            },
            "limelight-parent");
    thread.setDaemon(true);
    thread.start();
  }

  private static void read(InputStream in, BlockingQueue<MessageReader> requests)
      throws IOException {
    MessageReader next = MessageReader.next(in, MessageReader.MOST_BYTES);
    while (next != null) {
      requests.add(next);
      next = MessageReader.next(in, MessageReader.MOST_BYTES);
    }
  }

  /** Nothing that runs elsewhere in this process may delay its end. */
  private static void end() {
    try {
      Path folder = Path.of(System.getProperty("java.io.tmpdir"));
      if (folder.getFileName().toString().startsWith(ChildJvm.FOLDER)) {
        AtomicFile.delete(folder);
      }
    } catch (IOException e) {
      // The parent removes it too, if it is still there.
    } finally {
      Runtime.getRuntime().halt(0);
    }
  }

  /** The next request. */
  public MessageReader take() throws InterruptedException {
    return requests.take();
  }

  /** Sends an answer. */
  public synchronized void say(MessageWriter answer) throws IOException {
    answer.writeTo(answers);
  }

  /** Ends this process as one whose heap is full. */
  public static void endForWantOfMemory() {
    Runtime.getRuntime().halt(Ending.HEAP);
  }
}
