package dev.limelight.torch;

import dev.limelight.io.Names;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A file that is malformed or refused. The message follows the file's name in a sentence. */
@API(status = Status.INTERNAL)
public final class MalformedFileException extends IOException {

  private static final long serialVersionUID = 1;

  private final boolean named;

  public MalformedFileException(String predicate) {
    super(predicate);
    this.named = false;
  }

  private MalformedFileException(String sentence, IOException cause) {
    super(sentence, cause);
    this.named = true;
  }

  /** The same as one sentence that begins with the file's name. */
  public static IOException of(Path file, IOException cause) {
    if (cause instanceof MalformedFileException refusal) {
      return refusal.named
          ? refusal
          : new MalformedFileException(file + " " + cause.getMessage(), cause);
    }
    if (cause instanceof NoSuchFileException) {
      return new MalformedFileException("no such checkpoint: " + file, cause);
    }
    if (cause instanceof FileSystemException blocked) {
      String reason = blocked.getReason() == null ? "it may not be read" : blocked.getReason();
      return new MalformedFileException(
          file + " cannot be opened: " + Names.printable(reason), cause);
    }
    String known =
        cause.getMessage() == null ? "" : " (" + Names.printable(cause.getMessage()) + ")";
    return new MalformedFileException(
        file + " cannot be read: it is cut short or damaged" + known + "; copy it again", cause);
  }
}
