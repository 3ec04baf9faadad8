package dev.limelight.fuzz.format;

import dev.limelight.cli.Main;
import dev.limelight.fuzz.FuzzFormat;
import dev.limelight.fuzz.Sample;
import dev.limelight.fuzz.mutation.Bytes;
import dev.limelight.fuzz.mutation.Mutator;
import dev.limelight.fuzz.mutation.Text;
import dev.limelight.fuzz.mutation.Zip;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.kohsuke.MetaInfServices;
import picocli.CommandLine;

/** Archives of NumPy as {@code limelight explain --tensor} reads them. */
@MetaInfServices(FuzzFormat.class)
public final class TensorFuzz implements FuzzFormat {

  private static final String MODEL = "model.onnx";
  private static final String BATCH = "batch.npz";
  private static final int SIDE = 64;

  @Override
  public String name() {
    return "npz";
  }

  @Override
  public List<Sample> samples(Path root) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put(MODEL, Files.readAllBytes(root.resolve(Networks.CORE + "fixtures/tiny-resnet.onnx")));
    files.put(BATCH, archive());
    return List.of(new Sample(BATCH, BATCH, files));
  }

  @Override
  public List<Mutator> mutators(String file) {
    return file.equals(BATCH)
        ? List.of(
            new Zip(entry -> List.of(new Bytes(), new Bytes(), new Text())),
            new Zip(entry -> List.of(new Bytes())),
            new Bytes())
        : List.of();
  }

  @Override
  public void read(Path input, boolean whole) throws IOException {
    AtomicReference<Exception> failure = new AtomicReference<>();
    CommandLine command = new CommandLine(new Main());
    command.setOut(new PrintWriter(Writer.nullWriter()));
    command.setErr(new PrintWriter(Writer.nullWriter()));
    command.setExecutionExceptionHandler(
        (error, line, parsed) -> {
          failure.set(error);
          return 1;
        });
    int status =
        command.execute(
            "explain",
            "--model",
            input.resolveSibling(MODEL).toString(),
            "--tensor",
            input.toString(),
            "--out",
            input.resolveSibling("out").toString());
    if (failure.get() instanceof IOException refused) {
      throw refused;
    }
    if (failure.get() instanceof RuntimeException thrown) {
      throw thrown;
    }
    if (status != 0) {
      throw new IllegalStateException("exit code " + status, failure.get());
    }
  }

  /** One array of zeros, (1, 3, 64, 64), as numpy.savez writes it. */
  private static byte[] archive() throws IOException {
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, " + SIDE + ", " + SIDE + "), }";
    int length = 118;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      ZipEntry entry = new ZipEntry("x.npy");
      entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
      zip.putNextEntry(entry);
      zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) length, 0});
      zip.write(
          (header + " ".repeat(length - 1 - header.length()) + "\n")
              .getBytes(StandardCharsets.US_ASCII));
      zip.write(new byte[3 * SIDE * SIDE * Float.BYTES]);
      zip.closeEntry();
    }
    return out.toByteArray();
  }
}
