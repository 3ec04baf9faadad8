package dev.limelight.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.data.TrueClasses;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class PictureColumnsTest {

  private static final Row ROW = RowFactory.create();
  private static final PictureSource SOURCE = new PictureSource.Encoded("path", "content");

  private static List<Integer> classes(List<String> folders, List<String> labels, String folder) {
    return new PictureColumns(SOURCE, null, null, List.of(), folders)
        .trueClasses(ROW, "file:/images/" + folder + "/a.png", TrueClasses.of(folders, labels, 12));
  }

  @Test
  void foldersAreLabelsOrIndicesAndNeverTheirOrder() {
    List<String> numbers = List.of("0", "1", "10", "2");
    assertThat(classes(numbers, List.of(), "10")).containsExactly(10);
    assertThat(classes(numbers, List.of(), "2")).containsExactly(2);
    List<String> names = List.of("cat", "dog");
    assertThat(classes(names, List.of(), "dog")).isEmpty();
    assertThat(classes(names, List.of("dog", "cat", "dog"), "dog")).containsExactly(0, 2);
    assertThat(classes(names, List.of("dog", "fish"), "cat")).isEmpty();
  }

  @Test
  void classesInTheOrderOfTheNetworkAreNamed() {
    PictureColumns columns =
        new PictureColumns(SOURCE, null, null, List.of("dog", "cat", "dog"), List.of());
    TrueClasses none = TrueClasses.of(List.of(), List.of(), 0);
    assertThat(columns.trueClasses(ROW, "/images/cat/a.png", none)).containsExactly(1);
    assertThat(columns.trueClasses(ROW, "/images/dog/a.png", none)).containsExactly(0, 2);
    assertThat(columns.trueClasses(ROW, "/images/fish/a.png", none)).isEmpty();
    assertThat(columns.trueClasses(ROW, "a.png", none)).isEmpty();
  }
}
