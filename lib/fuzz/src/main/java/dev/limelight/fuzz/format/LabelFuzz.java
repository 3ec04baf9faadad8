package dev.limelight.fuzz.format;

import dev.limelight.data.LabelFile;
import dev.limelight.fuzz.FuzzFormat;
import dev.limelight.fuzz.Sample;
import dev.limelight.fuzz.mutation.Bytes;
import dev.limelight.fuzz.mutation.Mutator;
import dev.limelight.fuzz.mutation.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.kohsuke.MetaInfServices;

/** Files with the names of classes. */
@MetaInfServices(FuzzFormat.class)
public final class LabelFuzz implements FuzzFormat {

  @Override
  public String name() {
    return "labels";
  }

  @Override
  public List<Sample> samples(Path root) throws IOException {
    return List.of(
        Sample.of("labels.txt", "tabby\nSiamese cat\nbeagle\ncollie\nhare\n"),
        Sample.of("marked.txt", "\\uFEFFcr\u00e8me br\u00fbl\u00e9e\r\n\u7f8e\u672f\u9928\r\n"));
  }

  @Override
  public List<Mutator> mutators(String file) {
    return List.of(new Text(), new Bytes());
  }

  @Override
  public void read(Path input, boolean whole) throws IOException {
    LabelFile.read(input);
  }
}
