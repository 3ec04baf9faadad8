package dev.limelight.model.torchscript;

import dev.limelight.io.AtomicFile;
import dev.limelight.io.Temporary;
import dev.limelight.torch.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A changed copy of an archive for PyTorch, which goes away. */
final class TemporaryArchive {

  private TemporaryArchive() {}

  /** Work on an archive. */
  interface Work<T> {
    T on(Path archive) throws IOException;
  }

  /** What writes an archive. */
  interface Writer {
    void run() throws IOException;
  }

  /** Work on a private file that is deleted afterwards. */
  static <T> T with(Work<T> work) throws IOException {
    Path temporary;
    try {
      temporary = Temporary.add(Files.createTempFile("limelight", TorchScriptFile.ENDING));
    } catch (IOException e) {
      throw refused(e);
    }
    try {
      return work.on(temporary);
    } finally {
      Temporary.delete(temporary);
    }
  }

  /**
   * Writes an archive.
   *
   * @throws IOException if the source is damaged, or nothing can be written; one sentence
   */
  static void write(Writer writer) throws IOException {
    try {
      writer.run();
    } catch (MalformedFileException e) {
      throw e;
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /** That nothing can be written to the temporary folder. */
  static IOException refused(IOException cause) {
    return new IOException(
        "a copy of the model cannot be written to the temporary folder "
            + System.getProperty("java.io.tmpdir")
            + ": "
            + AtomicFile.reason(cause)
            + "; free some space there, or name another folder with -Djava.io.tmpdir=FOLDER",
        cause);
  }
}
