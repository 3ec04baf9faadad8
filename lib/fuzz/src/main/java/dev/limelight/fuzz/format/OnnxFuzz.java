package dev.limelight.fuzz.format;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.limelight.fuzz.FuzzFormat;
import dev.limelight.fuzz.Sample;
import dev.limelight.fuzz.mutation.Bytes;
import dev.limelight.fuzz.mutation.Mutator;
import dev.limelight.fuzz.mutation.Protobuf;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.kohsuke.MetaInfServices;

/** ONNX models. */
@MetaInfServices(FuzzFormat.class)
public final class OnnxFuzz implements FuzzFormat {

  @Override
  public String name() {
    return "onnx";
  }

  @Override
  public List<Sample> samples(Path root) throws IOException {
    return List.of(
        Sample.of(root, Networks.CORE + "fixtures/tiny-resnet.onnx"),
        Sample.of(root, "lib/cli/src/test/resources/numeric-folders/hue12.onnx"));
  }

  @Override
  public List<Mutator> mutators(String file) {
    Mutator fields = new Protobuf(ModelProto.getDefaultInstance());
    return List.of(fields, fields, fields, fields, fields, new Bytes());
  }

  @Override
  public void read(Path input, boolean whole) throws IOException {
    Networks.read(input, whole);
  }
}
