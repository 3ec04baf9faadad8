package dev.limelight.fuzz;

import dev.limelight.fuzz.mutation.Mutator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.kohsuke.MetaInfServices;

/** A format of one word, which says how the case ends. */
@MetaInfServices(FuzzFormat.class)
public final class TroubleFuzz implements FuzzFormat {

  private static final List<String> WORDS = List.of("good", "refuse", "rude", "exit", "sleep");

  @Override
  public String name() {
    return "trouble";
  }

  @Override
  public List<Sample> samples(Path root) {
    return WORDS.stream().map(word -> Sample.of("word.txt", word)).toList();
  }

  @Override
  public List<Mutator> mutators(String file) {
    return List.of((bytes, random) -> bytes);
  }

  @Override
  public void read(Path input, boolean whole) throws IOException {
    String word = Files.readString(input);
    switch (word) {
      case "good" -> System.out.println("a line that is no answer");
      case "refuse" -> throw new IOException("the word is refused; write another");
      case "exit" -> Runtime.getRuntime().halt(7);
      case "sleep" -> sleep();
      default -> throw new IllegalStateException("no answer to " + word);
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(60_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
