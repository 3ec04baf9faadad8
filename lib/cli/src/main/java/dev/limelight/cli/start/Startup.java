package dev.limelight.cli.start;

import dev.limelight.cli.options.FurtherCommand;
import dev.limelight.model.EngineName;
import dev.limelight.onnx.adjoint.RuntimeFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Leaves out what a command does not need, so that it starts quickly. */
public final class Startup {

  /** Where the launcher looks for a sign that a command did what was asked for. */
  private static final String DONE = "limelight.done";

  /** Where the launcher looks for ONNX Runtime's libraries. */
  private static final String RUNTIME = "limelight.runtime";

  /** Read by DJL and by Limelight: networks of ONNX Runtime take no other engine's arrays. */
  private static final String ALONE = "ai.djl.onnx.disable_alternative";

  private static final List<CompletableFuture<Boolean>> MEANWHILE = new CopyOnWriteArrayList<>();

  private Startup() {}

  /**
   * Begins to choose the engines, for which DJL looks for a GPU, while the command line is read.
   *
   * @return to be waited for before DJL is used
   */
  public static Runnable prepare() {
    if (System.getProperty(ALONE) == null) {
      System.setProperty(ALONE, "true");
    }
    return meanwhile(EngineName::preferInstalled)::join;
  }

  /**
   * Begins work beside the command, for which the program waits when it ends: it must not end while
   * a library is being loaded.
   *
   * @param work what fails in it has to fail again where it is needed
   */
  public static CompletableFuture<Boolean> meanwhile(Runnable work) {
    CompletableFuture<Boolean> begun =
        CompletableFuture.runAsync(work).handle((done, failed) -> failed == null);
    MEANWHILE.add(begun);
    return begun;
  }

  /**
   * The command that the first argument names, if it names one: what its options are can be found
   * out without those of the others.
   *
   * @param main the command that it belongs to
   */
  public static Optional<Class<?>> command(Class<?> main, String... args) {
    return args.length == 0
        ? Optional.empty()
        : Stream.concat(
                Stream.<Class<?>>of(main.getAnnotation(Command.class).subcommands()), further())
            .filter(one -> one.getAnnotation(Command.class).name().equals(args[0]))
            .findFirst();
  }

  /** The commands of packages above the one that starts the program. */
  public static Stream<Class<?>> further() {
    return ServiceLoader.load(FurtherCommand.class).stream()
        .<Class<?>>map(ServiceLoader.Provider::type);
  }

  /**
   * Waits for what runs beside the command, keeps ONNX Runtime's libraries for the next start, and
   * tells the launcher that the classes of this run are those that a next one needs.
   */
  public static void finish(int code) {
    MEANWHILE.forEach(CompletableFuture::join);
    if (code != CommandLine.ExitCode.OK) {
      return;
    }
    String runtime = System.getProperty(RUNTIME);
    if (runtime != null) {
      RuntimeFolder.keep(Path.of(runtime));
    }
    String done = System.getProperty(DONE);
    if (done != null) {
      try {
        Files.createFile(Path.of(done));
      } catch (IOException e) {
        // The next start is as slow as this one.
      }
    }
  }
}
