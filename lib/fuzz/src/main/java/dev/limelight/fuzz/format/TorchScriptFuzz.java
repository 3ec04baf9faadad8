package dev.limelight.fuzz.format;

import dev.limelight.fuzz.FuzzFormat;
import dev.limelight.fuzz.Sample;
import dev.limelight.fuzz.mutation.Mutator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kohsuke.MetaInfServices;

/** TorchScript archives. */
@MetaInfServices(FuzzFormat.class)
public final class TorchScriptFuzz implements FuzzFormat {

  @Override
  public String name() {
    return "torchscript";
  }

  @Override
  public List<Sample> samples(Path root) throws IOException {
    List<Sample> samples = new ArrayList<>();
    samples.addAll(Sample.in(root, Networks.CORE + "outputs", 20_000, ".pt"));
    samples.addAll(Sample.in(root, Networks.CORE + "activations", 20_000, ".pt"));
    samples.add(Sample.of(root, Networks.CORE + "torchscript/random-3-traced.pt"));
    samples.add(Sample.of(root, Networks.CORE + "torchscript/random-4-scripted.pt"));
    samples.add(Sample.of(root, Networks.CORE + "transformers/tiny-vit.pt"));
    return samples;
  }

  @Override
  public List<Mutator> mutators(String file) {
    return Networks.archive();
  }

  @Override
  public void read(Path input, boolean whole) throws IOException {
    Networks.read(input, whole);
  }
}
