package dev.limelight.fuzz.format;

import dev.limelight.fuzz.FuzzFormat;
import dev.limelight.fuzz.Sample;
import dev.limelight.fuzz.mutation.Bytes;
import dev.limelight.fuzz.mutation.Mutator;
import dev.limelight.fuzz.mutation.Text;
import dev.limelight.target.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.kohsuke.MetaInfServices;

/** Targets as the command line has them. What is read is written and read again. */
@MetaInfServices(FuzzFormat.class)
public final class TargetFuzz implements FuzzFormat {

  private static final List<String> LABELS =
      List.of("tabby", "Siamese cat", "1", "top", "a,b", "f(x)");

  @Override
  public String name() {
    return "target";
  }

  @Override
  public List<Sample> samples(Path root) throws IOException {
    return Stream.of(
            "top",
            "3",
            "tabby",
            "not(positive)",
            "difference(tabby,\"Siamese cat\")",
            "log-probability(not(2))",
            "all(difference(1,2),output(3),top)",
            "each(1,2,3)")
        .map(text -> Sample.of("target.txt", text))
        .toList();
  }

  @Override
  public List<Mutator> mutators(String file) {
    return List.of(new Text(), new Text(), new Bytes());
  }

  @Override
  public void read(Path input, boolean whole) throws IOException {
    Target target = Target.parse(Files.readString(input, StandardCharsets.ISO_8859_1), LABELS);
    if (!Target.parse(target.toString(), LABELS).equals(target)) {
      throw new AssertionError("is not read again as it was written: " + target);
    }
  }
}
