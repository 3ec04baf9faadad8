package dev.limelight.course.data;

import ai.djl.Application;
import ai.djl.basicdataset.BasicDatasets;
import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.training.dataset.Dataset;
import dev.limelight.course.data.LabelledSquares.Square;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Cats and dogs of CIFAR-10, from the files of DJL's {@code Cifar10} data set, which DJL downloads
 * once (about 160 MB) and keeps in its cache. The bytes are read here: {@code Cifar10} itself turns
 * all ten classes into floats first, 600 MB of native memory.
 */
record CifarSource() implements SquareSource {

  private static final int SIDE = 32;
  private static final int CAT = 3;
  private static final int DOG = 5;

  @Override
  public LabelledSquares load(Dataset.Usage usage, int side, int perClass) throws IOException {
    String part = SquareSource.part(usage);
    MRL cifar =
        BasicDatasets.REPOSITORY.dataset(
            Application.CV.IMAGE_CLASSIFICATION, BasicDatasets.GROUP_ID, "cifar10", "1.0");
    Artifact artifact = cifar.getDefaultArtifact();
    if (artifact == null) {
      throw new IOException(
          "DJL's CIFAR-10 is not in its cache and cannot be fetched;"
              + " connect to the network once, or use CatsVsDogs.builder().setFolder(...)");
    }
    cifar.prepare(artifact);
    String file = part.equals("train") ? "data_batch.bin" : "test_batch.bin";
    try (InputStream in = cifar.getRepository().openStream(artifact.getFiles().get(file), null)) {
      return parse(in, part, perClass);
    }
  }

  /** Reads records of a label byte and 3 planes of 32 x 32 bytes until the stream ends. */
  static LabelledSquares parse(InputStream in, String part, int perClass) throws IOException {
    List<Square> cats = new ArrayList<>();
    List<Square> dogs = new ArrayList<>();
    BufferedInputStream records = new BufferedInputStream(in);
    byte[] planes = new byte[3 * SIDE * SIDE];
    for (int label = records.read(); label >= 0; label = records.read()) {
      if (records.readNBytes(planes, 0, planes.length) < planes.length) {
        throw new IOException(
            "DJL's copy of CIFAR-10 ends in the middle of a picture; delete it from DJL's cache"
                + " and fetch it again");
      }
      List<Square> same = label == CAT ? cats : label == DOG ? dogs : null;
      if (same != null && same.size() < perClass) {
        String name = part + (label == CAT ? "-cat " : "-dog ") + same.size();
        same.add(new Square(name, interleaved(planes)));
      }
    }
    return new LabelledSquares(SIDE, List.of("cat", "dog"), List.of(cats, dogs));
  }

  private static byte[] interleaved(byte[] planes) {
    int count = SIDE * SIDE;
    byte[] rgb = new byte[planes.length];
    for (int i = 0; i < count; i++) {
      for (int plane = 0; plane < 3; plane++) {
        rgb[3 * i + plane] = planes[plane * count + i];
      }
    }
    return rgb;
  }
}
