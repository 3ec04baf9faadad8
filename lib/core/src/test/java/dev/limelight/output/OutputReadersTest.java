package dev.limelight.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.limelight.array.NativeArrays;
import dev.limelight.support.UnsupportedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What outputs are taken for by their shapes. */
class OutputReadersTest {

  /** Such as {@code boxes=1x60x4 scores=1x60x3}. */
  private static OutputShapes shapes(String text, int labels) {
    List<OutputShapes.Output> outputs = new ArrayList<>();
    for (String one : text.split(" ")) {
      String[] parts = one.split("=");
      long[] shape = Arrays.stream(parts[1].split("x")).mapToLong(Long::parseLong).toArray();
      outputs.add(new OutputShapes.Output(parts[0], new Shape(shape)));
    }
    return new OutputShapes(outputs, 320, 320, labels, new float[0]);
  }

  @ParameterizedTest
  @CsvSource({
    "out=1x1000, 0, classes",
    "out=1x1000x1x1, 0, classes",
    "out=1x1, 0, number",
    "out=1x21x80x80, 0, maps",
    "out=1x1x80x80, 0, maps",
    "out=1x84x2100, 80, yolo",
    "out=1x2100x84, 80, yolo",
    "out=1x84x2100, 79, yolo-objectness",
    "out=1x2100x85, 80, yolo-objectness",
    "out=1x2125x112, 80, nanodet",
    "boxes=1x3234x4 scores=1x3234x91, 91, ssd",
    "scores=1x3234x91 boxes=1x3234x4, 0, ssd",
    "raw_detection_boxes=1x50x4 raw_detection_scores=1x50x7, 0, ssd-top-first",
    "a=1x1600x10 b=1x400x10 c=1x1600x32 d=1x400x32, 10, picodet",
    "c=1x1600x32 d=1x400x32 a=1x1600x10 b=1x400x10, 0, picodet",
    "boxes=7x4 scores=7 labels=7, 0, after-nms",
    "boxes=1x100x4 scores=1x100 labels=1x100, 0, after-nms",
    "num_detections=1 detection_boxes=1x100x4 detection_scores=1x100 detection_classes=1x100, 0, after-nms"
  })
  void oneReaderFits(String outputs, int labels, String reader) {
    Reading found = OutputReaders.of(shapes(outputs, labels), OutputReaders.AUTO);
    assertThat(found.reader().name()).isEqualTo(reader);
    assertThat(found.why()).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource({"out=1x84x2100, yolo (, yolo-objectness (", "out=1x2125x112, nanodet (, yolo ("})
  void severalAreAQuestion(String outputs, String one, String other) {
    assertThatThrownBy(() -> OutputReaders.of(shapes(outputs, 0), OutputReaders.AUTO))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining(one)
        .hasMessageContaining(other)
        .hasMessageContaining("choose one by optReader, on the command line by --reader");
    assertThat(OutputReaders.of(shapes(outputs, 0), "yolo").reader().name()).isEqualTo("yolo");
  }

  /** 32 classes, and distances in 8 bins: either output of a stride may be the scores. */
  @Test
  void asManyClassesAsADistributionHasValuesAreAQuestion() {
    OutputShapes outputs = shapes("a=1x1600x32 b=1x400x32 c=1x1600x32 d=1x400x32", 32);
    assertThatThrownBy(() -> OutputReaders.of(outputs, OutputReaders.AUTO))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("picodet (two outputs for each of the strides [8, 16]: the scores of")
        .hasMessageContaining("32 classes in a and distances in 8 bins in c)")
        .hasMessageContaining("32 classes in c and distances in 8 bins in a)")
        .hasMessageContaining("choose one by optReader, on the command line by --reader");
    assertThat(OutputReaders.of(outputs, "picodet").why()).contains("32 classes in a");
    assertThat(OutputReaders.of(outputs, "picodet-distances-first").why())
        .contains("32 classes in c");
    OutputShapes clear = shapes("a=1x1600x10 b=1x400x10 c=1x1600x32 d=1x400x32", 10);
    assertThatThrownBy(() -> OutputReaders.of(clear, "picodet-distances-first"))
        .hasMessageContaining("else picodet does");
  }

  @ParameterizedTest
  @CsvSource({
    "a=1x60x4 b=1x60x4",
    "a=1x60x60",
    "out=1x20x84 more=1x10",
    "out=1x3x20x20x85 more=1x3x10x10x85"
  })
  void outputsWithoutAReaderAreNamed(String outputs) {
    assertThatThrownBy(() -> OutputReaders.of(shapes(outputs, 0), OutputReaders.AUTO))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("no reader reads the outputs " + shapes(outputs, 0));
  }

  private static OutputShapes sampled(String text, double... sample) {
    OutputShapes shapes = shapes(text, 0);
    float[] values = new float[sample.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) sample[i];
    }
    return new OutputShapes(shapes.outputs(), 320, 320, 0, values);
  }

  private static String why(String reader, OutputShapes outputs) {
    return OutputReaders.named(reader).fit(outputs).why();
  }

  /** DETR's boxes are centre, width and height; those of an SSD are edges. */
  @Test
  void boxesThatEndBeforeTheyBeginAreNoEdges() {
    String two = "logits=1x2x3 pred_boxes=1x2x4";
    OutputShapes centres = sampled(two, 1, 2, 3, 4, 5, 6, .5, .5, .2, .1, .2, .7, .3, .9);
    assertThatThrownBy(() -> OutputReaders.of(centres, OutputReaders.AUTO))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("no reader reads the outputs");
    assertThat(why("ssd", centres)).contains("would end before they begin");
    assertThat(why("ssd-top-first", centres)).contains("would end before they begin");
    OutputShapes edges = sampled(two, 1, 2, 3, 4, 5, 6, .5, .5, .7, .6, .2, .2, .3, .9);
    assertThat(OutputReaders.of(edges, OutputReaders.AUTO).reader().name()).isEqualTo("ssd");
  }

  /** The logarithms of YOLOX's sizes, and the distributions of YOLOv8, are no sizes. */
  @Test
  void sizesBelowZeroAreNotDecoded() {
    for (String table : List.of("out=1x8x7", "out=1x7x8")) {
      double[] values = new double[56];
      for (int i = 0; i < values.length; i++) {
        int candidate = table.endsWith("7") ? i / 7 : i % 8;
        int column = table.endsWith("7") ? i % 7 : i / 8;
        values[i] = column == 2 && candidate % 2 == 0 ? -4 : column < 4 ? 9 : 0.1 * column;
      }
      assertThat(why("yolo", sampled(table, values))).contains("boxes are not decoded");
      assertThat(why("yolo-objectness", sampled(table, values))).contains("boxes are not decoded");
      double[] decoded = Arrays.stream(values).map(Math::abs).toArray();
      assertThat(why("yolo", sampled(table, decoded))).contains("8 candidates of 7 values");
    }
  }

  /** What a YOLO exported with its suppression gives was taken for two classes. */
  @Test
  void aListAfterSuppressionIsNoTableOfCandidates() {
    OutputShapes list = sampled("out=1x7x6", many(7, 10, 20, 90, 80, .3, 56));
    Reading found = OutputReaders.of(list, OutputReaders.AUTO);
    assertThat(found.reader().name()).isEqualTo("after-nms");
    found.reader().checkExplained(list);
    OutputShapes classFirst = sampled("out=1x7x6", many(7, 5, .3, 10, 20, 90, 80));
    assertThatThrownBy(() -> OutputReaders.of(classFirst, OutputReaders.AUTO))
        .hasMessageContaining("no reader reads the outputs out (N, 7, 6)");
    OutputShapes candidates = sampled("out=1x7x6", many(7, 10, 20, 90, 80, .3, .4));
    assertThat(why("yolo", candidates)).contains("7 candidates of 6 values");
    assertThat(why("after-nms", candidates)).contains("it reads boxes, scores and labels");
  }

  /** Without a type or a name nothing says which of two columns are classes. */
  @ParameterizedTest
  @CsvSource({
    "a=1x9x4 b=1x9 c=1x9",
    "boxes=1x9x4 labels=1x9 classes=1x9",
    "boxes=1x8400x4 scores=1x8400 labels=1x8400",
    "boxes=1x9x4 scores=1x8 labels=1x9"
  })
  void aListThatDoesNotSayWhatIsWhatIsNotRead(String outputs) {
    assertThat(why("after-nms", shapes(outputs, 0)))
        .contains("a row for each object and at most 1000")
        .contains("where types or names say which are labels");
    assertThatThrownBy(() -> OutputReaders.of(shapes(outputs, 0), OutputReaders.AUTO))
        .hasMessageContaining("no reader reads the outputs");
  }

  /** Of the file's types and the names of its outputs the types are right. */
  @Test
  void wholeNumbersAreTheClassesWhateverTheyAreCalled() {
    OutputShapes named =
        new OutputShapes(
            List.of(
                new OutputShapes.Output("boxes", new Shape(1, 9, 4)),
                new OutputShapes.Output("scores", new Shape(1, 9), true, false),
                new OutputShapes.Output("labels", new Shape(1, 9))),
            320,
            320,
            0,
            new float[0]);
    assertThat(OutputReaders.of(named, OutputReaders.AUTO).why())
        .isEqualTo("what was found is listed: boxes in boxes, scores in labels, classes in scores");
  }

  @Test
  void rowsWithoutABatchAreRefusedByWhatCanBeDone() {
    OutputShapes rows = shapes("boxes=7x4 scores=7 labels=7", 0);
    assertThatThrownBy(() -> OutputReaders.named("after-nms").checkExplained(rows))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("export the model to ONNX, where d-rise and rise explain");
  }

  private static double[] many(int count, double... row) {
    double[] all = new double[count * row.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = row[i % row.length];
    }
    return all;
  }

  @Test
  void oneThatCannotReadThemSaysWhy() {
    assertThatThrownBy(() -> OutputReaders.of(shapes("out=1x1000", 0), "ssd"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "'ssd' does not read the outputs out (N, 1000): it reads two outputs");
    assertThatThrownBy(() -> OutputReaders.of(shapes("out=1x1000", 0), "sdd"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no reader 'sdd'; did you mean");
    Reading asked = OutputReaders.of(shapes("boxes=1x50x4 scores=1x50x7", 0), "ssd-top-first");
    assertThat(asked.why()).contains("its boxes seem to begin with the left edge");
    assertThatThrownBy(() -> asked.checkClasses("the target top"))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("choose box(0)");
  }

  @Test
  void outputsLieSideBySide() {
    OutputShapes shapes = shapes("a=1x2x2 b=1x3", 0);
    assertThat(shapes.total()).isEqualTo(7);
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] values = new float[14];
      for (int i = 0; i < values.length; i++) {
        values[i] = i;
      }
      NDArray joined = NativeArrays.of(manager, values, new Shape(2, 7));
      assertThat(shapes.part(joined, 0).toFloatArray()).containsExactly(0, 1, 2, 3, 7, 8, 9, 10);
      assertThat(shapes.part(joined, 0).getShape()).isEqualTo(new Shape(2, 2, 2));
      assertThat(shapes.part(joined, 1).toFloatArray()).containsExactly(4, 5, 6, 11, 12, 13);
    }
  }
}
