package dev.limelight.io;

import java.util.Collection;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** A name that does not exist, such as that of a method or a layer; the message offers others. */
@API(status = Status.INTERNAL)
public final class UnknownNameException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final String kind;

  /**
   * For a name.
   *
   * @param kind what it names, such as "method"
   * @param known the names that exist
   */
  public UnknownNameException(String kind, String name, Collection<String> known) {
    this(kind, "no " + kind + " " + Names.quoted(name) + "; " + Names.offer(name, known));
  }

  /** With a whole message. */
  public UnknownNameException(String kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** What the name is of, such as "method". */
  public String kind() {
    return kind;
  }
}
