package dev.limelight.isolation;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Runs another main class in a child process, which ends with its parent. */
@API(status = Status.INTERNAL)
public final class ChildCommand {

  /** Set in a process that runs a command for another. */
  private static final String HERE = "limelight.isolated";

  private ChildCommand() {}

  /** Whether this is such a process. */
  public static boolean isThis() {
    return Boolean.getBoolean(HERE);
  }

  /** Takes the name of the class, and its arguments. */
  public static void main(String[] args) throws ReflectiveOperationException {
    ParentLink.watch();
    System.setProperty(HERE, "true");
    try {
      Class.forName(args[0])
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof OutOfMemoryError) {
        ParentLink.endForWantOfMemory();
      }
      throw e;
    }
  }
}
