package dev.limelight.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.modality.cv.ImageFactory;
import dev.limelight.drawing.Figure;
import dev.limelight.drawing.HeatmapFigure;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.notebook.chart.Chart;
import dev.limelight.notebook.chart.Charts;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.jfree.chart.ChartFactory;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class RenderingsTest {

  private record Dot(String altText) implements Figure {
    @Override
    public BufferedImage toImage() {
      return new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB);
    }
  }

  private record Settings(int epochs, double learningRate, int[] sizes) {}

  private record Found(
      String layer, @Nullable String note, Set<String> assumed, Optional<String> unit, int[] at) {}

  @Test
  void aFigureHasHalfItsPixelsAsWidthAndAlternativeText() {
    Rendering shown = Renderings.of(new Dot("a <black> dot"));

    assertThat(shown.html())
        .contains("<figure")
        .contains("width=\"20\"")
        .contains("alt=\"a &lt;black&gt; dot\"");
    assertThat(shown.text()).isEqualTo("a <black> dot");
  }

  @Test
  void aFigureWithoutAlternativeTextIsRefused() {
    assertThatThrownBy(() -> Renderings.of(new Dot(" ")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Dot has no alternative text");
  }

  @Test
  void tableNumbersAreRightAlignedWithTheSameDecimals() {
    Table table =
        Table.create(
            "scores",
            StringColumn.create("method", "CAM", "Grad-CAM"),
            DoubleColumn.create("energy", 0.85714285, 0.9),
            IntColumn.create("pictures", 12, 1200));

    String html = Renderings.of(table).html();

    assertThat(html).contains("<caption").contains(">scores</caption>");
    assertThat(html).contains("text-align:left\">CAM</td>");
    assertThat(html)
        .contains("text-align:right\">0.857</td>")
        .contains("text-align:right\">0.900</td>");
    assertThat(html)
        .contains("text-align:right\">12</td>")
        .contains("text-align:right\">1200</td>");
  }

  @Test
  void manyColumnsHaveSmallerPaddingAndNamesDoNotWrap() {
    Table narrow = Table.create("few", StringColumn.create("method", "integrated-gradients"));
    Table wide = Table.create("many", StringColumn.create("method", "integrated-gradients"));
    for (int i = 0; i < 6; i++) {
      wide.addColumns(IntColumn.create("n" + i, new int[] {i}));
    }

    assertThat(Renderings.of(narrow).html())
        .contains("<td style=\"white-space:nowrap;padding:0.2em 0.8em");
    assertThat(Renderings.of(wide).html())
        .contains("<td style=\"white-space:nowrap;padding:0.2em 0.4em")
        .doesNotContain("0.8em;border");
    String sentence = "changed when the weights next to the logits are shuffled";
    assertThat(Renderings.of(Table.create("t", StringColumn.create("check", sentence))).html())
        .doesNotContain("nowrap");
  }

  @Test
  void tableTextIsEscaped() {
    Table table = Table.create("<b>", StringColumn.create("<i>", "<script>alert('x')</script>"));

    assertThat(Renderings.of(table).html())
        .contains("&lt;script&gt;alert(&#39;x&#39;)")
        .doesNotContain("<script>")
        .doesNotContain("<i>")
        .doesNotContain("<b>");
  }

  @Test
  void aLongTableCountsItsHiddenRows() {
    Table table = Table.create("long", IntColumn.indexColumn("n", 23, 0));

    Rendering shown = Renderings.of(table);

    assertThat(Pattern.compile("<tr>").matcher(shown.html()).results().count()).isEqualTo(22);
    assertThat(shown.html()).contains("… 3 more rows");
    assertThat(shown.text()).endsWith("… 3 more rows");
  }

  @Test
  void missingAndNonFiniteNumbersAreShown() {
    DoubleColumn column = DoubleColumn.create("x", 1e-7, Double.POSITIVE_INFINITY);
    column.appendMissing();

    String html = Renderings.of(Table.create("t", column)).html();

    assertThat(html).contains(">1.00e-07<").contains(">Infinity<").contains("right\"></td>");
  }

  @Test
  void aTableWithoutRowsHasItsHeader() {
    Rendering shown = Renderings.of(Table.create("none", IntColumn.create("count")));

    assertThat(shown.html()).contains(">count</th>").doesNotContain("more row");
  }

  @Test
  void aPlainJFreeChartHasTwiceThePixelsAndAlternativeText() throws Exception {
    XYSeries line = new XYSeries("loss");
    line.add(1, 0.7);
    line.add(2, 0.1);
    var chart =
        ChartFactory.createXYLineChart("Training", "epoch", "nats", new XYSeriesCollection(line));

    Rendering shown = Renderings.of(chart);

    Matcher png = Pattern.compile("base64,([^\"]+)\"").matcher(shown.html());
    assertThat(png.find()).isTrue();
    byte[] bytes = Base64.getDecoder().decode(png.group(1));
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes));
    assertThat(image.getWidth()).isEqualTo(2 * Chart.WIDTH);
    assertThat(image.getHeight()).isEqualTo(2 * Chart.HEIGHT);
    assertThat(shown.html()).contains("width=\"" + Chart.WIDTH + "\"");
    assertThat(shown.text())
        .isEqualTo("Chart: Training. nats by epoch. loss goes from 0.7 to 0.1 in 2 points.");
  }

  @Test
  void barsAreDescribedByTheirValues() {
    Chart chart = Charts.bars("Energy", "share", Map.of("CAM", 0.9));

    assertThat(chart.altText()).isEqualTo("Chart: Energy. share. CAM 0.9.");
  }

  @Test
  void anEmptyChartCanBeDrawn() {
    Curves curves = new Curves("Loss", "epoch", "nats");

    assertThat(Renderings.of(curves).text()).startsWith("Chart: Loss.");
    assertThat(Renderings.of(curves.add("training", Double.NaN)).text()).contains("is NaN");
  }

  @Test
  void aConfusionMatrixIsDescribedRowByRow() {
    Figure matrix =
        Charts.confusion("pets", List.of("cat", "dog"), new int[][] {{90, 10}, {4, 96}});

    assertThat(matrix.altText())
        .contains("Of 100 cat, 90 were predicted cat, 10 were predicted dog.")
        .contains("Of 100 dog, 4 were predicted cat, 96 were predicted dog.");
    assertThat(matrix.displayWidth()).isEqualTo(matrix.toImage().getWidth() / 2);
  }

  @Test
  void aConfusionMatrixMustFitItsLabels() {
    assertThatThrownBy(() -> Charts.confusion("pets", List.of("cat"), new int[][] {{1, 2}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of 1 classes");
  }

  @Test
  void imagesOfDjlAndOfTheJdkAreRenderedTheSame() {
    BufferedImage image = new BufferedImage(300, 200, BufferedImage.TYPE_INT_RGB);

    Rendering plain = Renderings.of(image);
    Rendering djl = Renderings.of(ImageFactory.getInstance().fromImage(image));

    assertThat(plain.html()).contains("width=\"300\"").contains("alt=\"Picture, 300 by 200");
    assertThat(djl.text()).isEqualTo(plain.text());
  }

  @Test
  void picturesAndHeatmapsAreShownAsTheirFigures() {
    Picture picture = Picture.of(2, 1, new int[] {0xFF0000, 0}, "red.png");
    Heatmap map = new Heatmap(2, 1, new float[] {0, 1}, "logit");

    assertThat(Renderings.of(picture).text()).isEqualTo("Picture red.png, 2 x 1 pixels.");
    assertThat(Renderings.of(picture).html()).contains("<img width=\"2\"");
    assertThat(Renderings.of(map).html()).isEqualTo(HeatmapFigure.of(map).toHtml());
    assertThat(Renderings.kinds()).contains(Picture.class, Heatmap.class);
  }

  @Test
  void aRecordIsATableOfItsValues() {
    Rendering shown = Renderings.of(new Settings(3, 0.01, new int[] {8, 16}));

    assertThat(shown.text())
        .isEqualTo("settings\nepochs | 3\nlearning rate | 0.01\nsizes | [8, 16]");
  }

  @Test
  void componentsOfARecordWithoutAValueAreLeftOut() {
    Found nothing = new Found("head", null, Set.of(), Optional.empty(), new int[0]);
    Found all = new Found("head", "", Set.of("size"), Optional.of("logit"), new int[1]);

    assertThat(Renderings.of(nothing).text()).isEqualTo("found\nlayer | head");
    assertThat(Renderings.of(all).text())
        .isEqualTo(
            "found\nlayer | head\nnote | \nassumed | [size]\nunit | Optional[logit]\nat | [0]");
  }

  @Test
  void unknownValuesAreText() {
    assertThat(Renderings.of(null).text()).isEqualTo("null");
    assertThat(Renderings.of("a < b").html()).contains("a &lt; b");
    assertThat(Renderings.of(new int[20]).text()).endsWith("… 8 more]");
    assertThat(Renderings.of(new double[][] {{1, 2.5}, {3, 4}}).text())
        .isEqualTo("[[1, 2.5], [3, 4]]");
  }

  @Test
  void aSummaryHasItsNumbersAsFacts() {
    Rendering shown =
        Renderings.of(
            Notebook.summary("It looks at the dog.").number("peak inside", "%.0f %%", 92.4));

    assertThat(shown.facts())
        .containsEntry("kind", "summary")
        .containsEntry("answer", "It looks at the dog.")
        .containsEntry("numbers", List.of(Map.of("label", "peak inside", "value", "92 %")));
    assertThat(shown.text()).isEqualTo("It looks at the dog.\npeak inside: 92 %");
  }
}
