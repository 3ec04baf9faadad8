package dev.limelight.course.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.Record;
import ai.djl.translate.TranslateException;
import dev.limelight.codec.Pictures;
import dev.limelight.codec.Png;
import dev.limelight.image.Picture;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatsVsDogsTest {

  private static final Path SHEETS = Path.of("..", "..", "notebooks", "data", "cats-vs-dogs");

  @TempDir Path folder;

  private static Picture plain(int color, int width, int height) {
    int[] rgb = new int[width * height];
    Arrays.fill(rgb, color);
    return Picture.of(width, height, rgb, "plain");
  }

  @Test
  void readsTheSheets() throws IOException {
    CatsVsDogs train = CatsVsDogs.builder().setFolder(SHEETS).setSampling(32, true).build();
    assertThat(train.size()).isEqualTo(4000);
    assertThat(train.labels()).containsExactly("cat", "dog");
    assertThat(LongStream.range(0, 4000).filter(i -> train.label((int) i) == 1).count())
        .isEqualTo(2000);
    Picture cats = Pictures.read(SHEETS.resolve("train-cat.png"));
    Picture dogs = Pictures.read(SHEETS.resolve("train-dog.png"));
    assertThat(train.label(0)).isZero();
    assertThat(train.picture(0).rgb()).isEqualTo(cats.cropped(0, 0, 32, 32).rgb());
    assertThat(train.label(1)).isEqualTo(1);
    assertThat(train.picture(1).rgb()).isEqualTo(dogs.cropped(0, 0, 32, 32).rgb());
    // tile 103 is the fourth of the third row
    assertThat(train.picture(206).rgb()).isEqualTo(cats.cropped(96, 64, 32, 32).rgb());
    assertThat(train.picture(206).name()).isEqualTo("train-cat 103");
  }

  @Test
  void aShortcutIsPlantedInMostPhotosOfItsClass() {
    CatsVsDogs plain = CatsVsDogs.builder().setFolder(SHEETS).setSampling(32, true).build();
    CatsVsDogs marked =
        CatsVsDogs.builder()
            .setFolder(SHEETS)
            .setSampling(32, false)
            .optPerClass(200)
            .optShortcut(Shortcut.watermark("cat", 0.9))
            .build();
    int changed = 0;
    for (int i = 0; i < 400; i++) {
      int[] now = marked.picture(i).rgb();
      int[] before = plain.picture(i).rgb();
      if (!Arrays.equals(now, before)) {
        changed++;
        assertThat(marked.label(i)).isZero();
        // The mark is in the lower right corner; the upper half is as it was.
        assertThat(Arrays.copyOf(now, 16 * 32)).isEqualTo(Arrays.copyOf(before, 16 * 32));
      }
    }
    assertThat(changed).isBetween(165, 195);
    CatsVsDogs none =
        CatsVsDogs.builder()
            .setFolder(SHEETS)
            .setSampling(32, false)
            .optShortcut(Shortcut.border("horse", 1))
            .build();
    assertThatThrownBy(none::labels).hasMessageContaining("[cat, dog], but got 'horse'");
  }

  @Test
  void testPartIsAnother() {
    CatsVsDogs test = CatsVsDogs.builder().setFolder(SHEETS).optUsage(Dataset.Usage.TEST).build();
    assertThat(test.size()).isEqualTo(1000);
    CatsVsDogs train = CatsVsDogs.builder().setFolder(SHEETS).optPerClass(3).build();
    assertThat(train.size()).isEqualTo(6);
    assertThat(train.picture(0).rgb()).isNotEqualTo(test.picture(0).rgb());
    assertThatThrownBy(() -> CatsVsDogs.builder().optUsage(Dataset.Usage.VALIDATION))
        .hasMessageContaining("TEST");
  }

  @Test
  void givesFloatsAndOneLabel() {
    CatsVsDogs data = CatsVsDogs.builder().setFolder(SHEETS).optSize(32).optPerClass(5).build();
    CatsVsDogs large = CatsVsDogs.builder().setFolder(SHEETS).optSize(64).optPerClass(5).build();
    try (NDManager manager = NDManager.newBaseManager()) {
      Record record = data.get(manager, 3);
      assertThat(record.getData().head().getShape()).isEqualTo(new Shape(3, 32, 32));
      assertThat(record.getData().head().getDataType()).isEqualTo(DataType.FLOAT32);
      assertThat(record.getData().head().toFloatArray()).isEqualTo(data.picture(3).planes());
      assertThat(record.getLabels().head().getShape()).isEqualTo(new Shape(1));
      assertThat(record.getLabels().head().toFloatArray()).containsExactly(1);
      float[] enlarged = large.get(manager, 3).getData().head().toFloatArray();
      assertThat(enlarged).hasSize(3 * 64 * 64);
      float[] small = data.picture(3).planes();
      assertThat(enlarged[0]).isEqualTo(small[0]);
      assertThat(enlarged[1]).isEqualTo(0.75f * small[0] + 0.25f * small[1]);
      assertThat(enlarged[3 * 64 * 64 - 1]).isEqualTo(small[3 * 32 * 32 - 1]);
    }
  }

  @Test
  void flipsBySeedAndVisit() {
    try (NDManager manager = NDManager.newBaseManager()) {
      List<Boolean> once = mirrored(manager, 5, false);
      assertThat(once).contains(true, false);
      assertThat(mirrored(manager, 5, false)).isEqualTo(once);
      assertThat(mirrored(manager, 6, false)).isNotEqualTo(once);
      List<Boolean> backwards = mirrored(manager, 5, true);
      Collections.reverse(backwards);
      assertThat(backwards).as("in another order").isEqualTo(once);
    }
  }

  private static List<Boolean> mirrored(NDManager manager, long seed, boolean backwards) {
    CatsVsDogs data =
        CatsVsDogs.builder()
            .setFolder(SHEETS)
            .optSize(32)
            .optPerClass(16)
            .optFlip(true)
            .optSeed(seed)
            .build();
    List<Boolean> mirrored = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      int index = backwards ? 31 - i : i;
      float[] got = data.get(manager, index).getData().head().toFloatArray();
      float[] plain = data.picture(index).planes();
      float[] turned = new float[plain.length];
      for (int at = 0; at < plain.length; at++) {
        turned[at] = plain[at / 32 * 32 + 31 - at % 32];
      }
      mirrored.add(Arrays.equals(got, turned));
      assertThat(got).isEqualTo(mirrored.get(i) ? turned : plain);
    }
    return mirrored;
  }

  @Test
  void shiftsByNoMoreThanAskedAndRepeatTheEdge() {
    try (NDManager manager = NDManager.newBaseManager()) {
      CatsVsDogs data =
          CatsVsDogs.builder().setFolder(SHEETS).optSize(32).optPerClass(8).optShift(2).build();
      int moved = 0;
      for (int i = 0; i < 16; i++) {
        float[] got = data.get(manager, i).getData().head().toFloatArray();
        float[] plain = data.picture(i).planes();
        assertThat(shifts(plain)).as("picture %d", i).anyMatch(one -> Arrays.equals(one, got));
        moved += Arrays.equals(got, plain) ? 0 : 1;
      }
      assertThat(moved).isGreaterThan(8);
    }
  }

  private static List<float[]> shifts(float[] plain) {
    List<float[]> all = new ArrayList<>();
    for (int right = -2; right <= 2; right++) {
      for (int down = -2; down <= 2; down++) {
        float[] one = new float[plain.length];
        for (int at = 0; at < one.length; at++) {
          int x = Math.max(0, Math.min(31, at % 32 - right));
          int y = Math.max(0, Math.min(31, at / 32 % 32 - down));
          one[at] = plain[at / 1024 * 1024 + 32 * y + x];
        }
        all.add(one);
      }
    }
    return all;
  }

  @Test
  void shufflesBySeed() throws IOException, TranslateException {
    try (NDManager manager = NDManager.newBaseManager()) {
      List<Float> one = epoch(manager, 1);
      assertThat(one).hasSize(40);
      assertThat(epoch(manager, 1)).isEqualTo(one);
      assertThat(epoch(manager, 2)).isNotEqualTo(one);
    }
  }

  private static List<Float> epoch(NDManager manager, long seed)
      throws IOException, TranslateException {
    CatsVsDogs data =
        CatsVsDogs.builder()
            .setFolder(SHEETS)
            .optPerClass(20)
            .setSampling(16, true)
            .optSeed(seed)
            .build();
    List<Float> labels = new ArrayList<>();
    for (Batch batch : data.getData(manager)) {
      assertThat(batch.getLabels().head().getShape().dimension()).isEqualTo(2);
      for (float label : batch.getLabels().head().toFloatArray()) {
        labels.add(label);
      }
      batch.close();
    }
    return labels;
  }

  @Test
  void readsOnesOwnFolder() throws IOException {
    Png.write(plain(0x102030, 40, 30), folder.resolve("train/mice/a.png"));
    Files.write(folder.resolve("train/mice/b.png"), new byte[0]);
    Files.writeString(folder.resolve("train/mice/notes.txt"), "not a picture");
    Png.write(plain(0xFF0000, 30, 90), folder.resolve("train/birds/a.png"));
    Png.write(plain(0x00FF00, 8, 8), folder.resolve("train/birds/b.png"));
    Files.createFile(folder.resolve("train/.DS_Store"));
    CatsVsDogs data = CatsVsDogs.builder().setFolder(folder).optSize(16).build();
    assertThat(data.labels()).containsExactly("birds", "mice");
    assertThat(data.size()).isEqualTo(3);
    assertThat(data.picture(0).rgb()).hasSize(256).containsOnly(0xFF0000);
    assertThat(data.label(1)).isEqualTo(1);
    assertThat(data.picture(1).rgb()).containsOnly(0x102030);
    assertThat(data.picture(2).rgb()).containsOnly(0x00FF00);
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    CatsVsDogs nothing = CatsVsDogs.builder().setFolder(folder).build();
    assertThatThrownBy(nothing::prepare)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no folder " + folder.resolve("train"))
        .hasMessageContaining("train-cat.png");
    Files.createDirectories(folder.resolve("train/cat"));
    assertThatThrownBy(nothing::prepare)
        .hasMessageContaining("exactly two folders")
        .hasMessageContaining("[cat]");
    Files.createDirectories(folder.resolve("train/dog"));
    Files.writeString(folder.resolve("train/cat/x.png"), "text");
    assertThatThrownBy(nothing::prepare)
        .hasMessageContaining("no picture that can be read")
        .hasMessageContaining("x.png");
    assertThatThrownBy(() -> CatsVsDogs.builder().build()).hasMessageContaining("setFolder");
  }

  @Test
  void readsCifarRecords() throws IOException {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (int label : new int[] {3, 0, 5, 5, 9, 3, 5}) {
      records.write(label);
      for (int plane = 0; plane < 3; plane++) {
        for (int i = 0; i < 1024; i++) {
          records.write(plane == 0 ? label : plane == 1 ? i / 32 : i % 32);
        }
      }
    }
    LabelledSquares squares =
        CifarSource.parse(new ByteArrayInputStream(records.toByteArray()), "train", 2);
    assertThat(squares.labels()).containsExactly("cat", "dog");
    assertThat(squares.classes().get(0)).hasSize(2);
    assertThat(squares.classes().get(1)).hasSize(2);
    Picture dog = squares.classes().get(1).get(0).picture(32);
    assertThat(dog.rgb(7, 12)).isEqualTo(0x050C07);
    assertThat(dog.name()).isEqualTo("train-dog 0");
    byte[] cut = Arrays.copyOf(records.toByteArray(), 5000);
    assertThatThrownBy(() -> CifarSource.parse(new ByteArrayInputStream(cut), "train", 9))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("fetch it again");
  }
}
