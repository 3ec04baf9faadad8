package dev.limelight.fuzz;

import dev.limelight.fuzz.mutation.Mutator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A kind of file that is read. A service: a new format is a new class. */
public interface FuzzFormat {

  /** Its word on the command line. */
  String name();

  /**
   * Good inputs. All of them must be read without an error.
   *
   * @param root of the repository
   */
  List<Sample> samples(Path root) throws IOException;

  /** What damages a file of a sample, by its name; one that is named twice is used more often. */
  List<Mutator> mutators(String file);

  /**
   * Reads an input as a user's program would.
   *
   * @param input the file or folder
   * @param whole whether to use what was read too, where that takes long
   * @throws IOException if it is refused
   */
  void read(Path input, boolean whole) throws IOException;
}
