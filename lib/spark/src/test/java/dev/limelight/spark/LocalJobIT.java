package dev.limelight.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import dev.limelight.Explainer;
import dev.limelight.audit.Audit;
import dev.limelight.audit.AuditRow;
import dev.limelight.audit.ClassAudit;
import dev.limelight.audit.Cluster;
import dev.limelight.codec.Gif;
import dev.limelight.codec.Pictures;
import dev.limelight.course.data.Scene;
import dev.limelight.course.data.Scenes;
import dev.limelight.course.data.Shortcut;
import dev.limelight.course.train.ConvNet;
import dev.limelight.course.train.Training;
import dev.limelight.data.ImageSet;
import dev.limelight.evaluation.Evaluation;
import dev.limelight.image.Picture;
import dev.limelight.method.Methods;
import dev.limelight.metric.Metrics;
import dev.limelight.model.EngineName;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalJobIT {

  private static final Scenes SCENES = SceneFiles.scenes().build();

  @TempDir static Path folder;

  private static SparkSession spark;
  private static Explainer explainer;

  @BeforeAll
  static void start() throws IOException {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.local.dir", folder.resolve("spark").toString())
            .getOrCreate();
    explainer =
        Explainer.builder().setModel(SceneFiles.NETWORK).optLabels(SceneFiles.LABELS).load();
  }

  @AfterAll
  static void stop() {
    ExecutorModels.close();
    explainer.close();
    spark.stop();
  }

  private static LimelightJobBuilder job() throws IOException {
    return LimelightJob.builder()
        .setModel(ModelSource.of(SceneFiles.NETWORK.toString()))
        .optLabels(SceneFiles.LABELS);
  }

  private static PictureFolder pictures(Path of) throws IOException {
    return PictureFolder.of(spark, of.toUri().toString());
  }

  private static Map<String, ExplainedPicture> byPath(Dataset<Row> rows) {
    return rows.collectAsList().stream()
        .map(ExplainedPicture::of)
        .collect(Collectors.toMap(ExplainedPicture::path, row -> row, (a, b) -> a, TreeMap::new));
  }

  @Test
  void theAuditEqualsThatOfOneMachineAndFindsThePlantedWatermark() throws IOException {
    Scenes marked = SceneFiles.scenes().optShortcut(Shortcut.watermark("circle", 0.95)).build();
    Path network = folder.resolve("marked-network");
    ConvNet net = new ConvNet(32, List.of(16, 32), 2, ConvNet.Head.POOLED);
    try (Model model = net.newModel("scenes", EngineName.MXNET)) {
      model.getNDManager().getEngine().setRandomSeed(7);
      Training.builder()
          .setModel(model)
          .setData(
              marked.asDataset(0, 600, 16, true),
              marked.asDataset(SceneFiles.HELD_OUT, 200, 50, false))
          .optEpochs(3)
          .optLearningRate(3e-3f)
          .build()
          .fit();
      net.save(model, network);
    }
    Path files = folder.resolve("marked");
    List<Path> written = SceneFiles.write(marked, SceneFiles.HELD_OUT, 200, files);
    for (Path file : written) {
      int index = Integer.parseInt(file.getFileName().toString().replaceAll("\\D", ""));
      ImageIO.write(
          Pictures.toImage(drawn(marked.get(index))),
          "png",
          Path.of(file.toString().replace(".png", ".mask.png")).toFile());
    }
    Files.write(files.resolve("cross").resolve("scene-999999.png"), new byte[0]);
    PictureFolder found = pictures(files);
    assertThat(found.size()).isEqualTo(201);
    assertThat(found.classes()).isEqualTo(SceneFiles.LABELS);
    Dataset<Row> rows =
        job()
            .setModel(ModelSource.of(network.toString()))
            .optAudit(true)
            .optFolderClasses(SceneFiles.LABELS)
            .optMaskColumn("mask")
            .build()
            .explain(found.images())
            .cache();
    Audit audit = SparkAudit.of(rows, "grad-cam", 3);
    try (Explainer explainer =
        Explainer.builder().setModel(network).optLabels(SceneFiles.LABELS).load()) {
      Audit expected =
          Audit.builder()
              .setExplainer(explainer)
              .setImages(ImageSet.folder(files))
              .optSeed(3)
              .run();
      assertEqual(audit, expected);
    }
    assertThat(audit.failures())
        .singleElement()
        .satisfies(row -> assertThat(row.error()).contains("empty"));
    assertThat(audit.suspicious()).as(audit.toString()).isNotEmpty();
    Cluster cluster = audit.suspicious().get(0);
    assertThat(cluster.label()).isEqualTo("circle");
    assertThat(cluster.shareOfClass()).isGreaterThan(0.7);
    assertThat(cluster.shareOfOthers()).isLessThan(0.2);
    assertThatThrownBy(() -> SparkAudit.of(rows, "cam", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no such maps by cam");
  }

  /** With more maps of a class than are grouped, the others join the nearest group. */
  @Test
  void clustersOfManyMapsEqualThoseOfOneMachine() {
    Random random = new Random(5);
    List<AuditRow> many = new ArrayList<>();
    for (int i = 0; i < 1500; i++) {
      float[] map = new float[AuditRow.SIDE * AuditRow.SIDE];
      int predicted = random.nextInt(2);
      // A third of class 0 has its evidence in one corner.
      int place = predicted == 0 && i % 3 == 0 ? 17 : random.nextInt(map.length);
      map[place] += 0.7f;
      map[(place + 1) % map.length] += 0.3f;
      many.add(
          new AuditRow(i, "p" + i, predicted, predicted, "c" + predicted, 0.9, map, 0.1, 0.5, ""));
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<Cluster> found = Audit.clusters(new RowMaps(context.parallelize(many, 5)), 1);
    List<Cluster> expected = Audit.of(many, 1).clusters();
    assertThat(expected).hasSizeGreaterThan(2);
    assertThat(expected.get(0).members()).hasSizeGreaterThan(200);
    assertThat(found).usingRecursiveComparison().isEqualTo(expected);
  }

  private static Picture drawn(Scene scene) {
    boolean[] cells = scene.mask().cells();
    int[] rgb = new int[cells.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = cells[i] ? 0xFFFFFF : 0;
    }
    return Picture.of(scene.mask().width(), scene.mask().height(), rgb, "mask");
  }

  private static void assertEqual(Audit audit, Audit expected) {
    assertThat(audit.rows().size()).isEqualTo(expected.rows().size());
    assertThat(audit.accuracy()).isEqualTo(expected.accuracy());
    assertThat(audit.classes()).hasSameSizeAs(expected.classes());
    for (int c = 0; c < audit.classes().size(); c++) {
      ClassAudit one = audit.classes().get(c);
      ClassAudit other = expected.classes().get(c);
      assertThat(one.predicted()).isEqualTo(other.predicted());
      assertThat(one.label()).isEqualTo(other.label());
      assertThat(one.pictures()).isEqualTo(other.pictures());
      assertThat(one.blank()).isEqualTo(other.blank());
      assertThat(one.accuracy()).isCloseTo(other.accuracy(), within(1e-9));
      assertThat(one.border()).isCloseTo(other.border(), within(1e-6));
      assertThat(one.background()).isCloseTo(other.background(), within(1e-6));
      assertThat(one.object()).isCloseTo(other.object(), within(1e-6));
      for (int i = 0; i < one.meanMap().values().length; i++) {
        assertThat(one.meanMap().values()[i]).isCloseTo(other.meanMap().values()[i], within(1e-6f));
      }
    }
    assertThat(audit.clusters()).hasSameSizeAs(expected.clusters());
    for (int c = 0; c < audit.clusters().size(); c++) {
      Cluster one = audit.clusters().get(c);
      Cluster other = expected.clusters().get(c);
      assertThat(one.members()).containsExactlyInAnyOrderElementsOf(other.members());
      assertThat(one.region().cells()).isEqualTo(other.region().cells());
      assertThat(one.suspicious()).isEqualTo(other.suspicious());
      assertThat(one.shareOfClass()).isCloseTo(other.shareOfClass(), within(1e-9));
      assertThat(one.object()).isCloseTo(other.object(), within(1e-6));
    }
  }

  @Test
  void rowsTellHowAPictureWasReadAndWhatCannotBe() throws IOException {
    Path files = Files.createDirectory(folder.resolve("films"));
    BufferedImage frame = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    frame.setRGB(3, 3, 0xFFFFFF);
    Gif.Frame shown = new Gif.Frame(frame, Duration.ofMillis(100));
    Files.write(files.resolve("film.gif"), Gif.encode(List.of(shown, shown)));
    Files.writeString(files.resolve("phone.HEIC"), "\0\0\0\u0018ftypheic\0\0\0\0mif1heic");
    ImageIO.write(frame, "png", files.resolve("plain.png").toFile());
    List<ExplainedPicture> rows =
        List.copyOf(byPath(job().build().explain(pictures(files).images())).values());
    assertThat(rows).extracting(ExplainedPicture::failed).containsExactly(false, true, false);
    assertThat(rows.get(0).explained().notes())
        .containsExactly("it is the first of 2 pictures in its file");
    assertThat(rows.get(1).error()).contains("phone.HEIC is a HEIC file");
    assertThat(rows.get(2).explained().notes()).isEmpty();
  }

  @Test
  void anIsolatedModelGivesTheSameMaps() throws IOException {
    Path files = folder.resolve("isolated");
    SceneFiles.write(SCENES, 40, 6, files);
    Map<String, ExplainedPicture> plain = byPath(job().build().explain(pictures(files).images()));
    LimelightJob job = job().optIsolated(true).optTimeLimit(Duration.ofMinutes(2)).build();
    Map<String, ExplainedPicture> isolated = byPath(job.explain(pictures(files).images()));
    assertThat(isolated.keySet()).isEqualTo(plain.keySet()).hasSize(6);
    plain.forEach(
        (path, row) ->
            assertThat(isolated.get(path).explained().map()).isEqualTo(row.explained().map()));
  }

  @Test
  void methodsTargetsLayersAndMetricsAreRows() throws IOException {
    Path files = folder.resolve("few");
    List<Path> written = SceneFiles.write(SCENES, 10, 5, files);
    LimelightJob job =
        job()
            .optMethods("grad-cam", "layer-cam")
            .optTargets("top", "cross", "not(cross)")
            .optLayers("01SequentialBlock.01SequentialBlock", "01SequentialBlock")
            .optMetrics("average-drop", "pointing-game")
            .optBatch(2)
            .build();
    Dataset<Row> images = pictures(files).images();
    List<ExplainedPicture> rows =
        job.explain(images).collectAsList().stream().map(ExplainedPicture::of).toList();
    assertThat(rows).hasSize(5 * 2 * 3 * 2);
    assertThat(rows).allSatisfy(row -> assertThat(row.error()).isEmpty());
    assertThat(rows.stream().map(ExplainedPicture::layer).distinct()).hasSize(2);
    assertThat(rows)
        .filteredOn(row -> row.target().equals("cross"))
        .allSatisfy(row -> assertThat(row.explained().targetLabel()).isEqualTo("cross"));
    // Metrics that need a mask are omitted.
    assertThat(rows)
        .filteredOn(row -> row.target().equals("top"))
        .allSatisfy(
            row -> assertThat(row.explained().scores().keySet()).isSubsetOf("average-drop"));
    Evaluation expected =
        Evaluation.builder()
            .setExplainer(explainer.at("01SequentialBlock"))
            .setImages(ImageSet.folder(files))
            .optMethods(List.of(Methods.named("layer-cam")))
            .optMetrics(List.of(Metrics.named("average-drop")))
            .run();
    for (int i = 0; i < 5; i++) {
      String path = "file:" + written.get(i);
      ExplainedPicture row =
          rows.stream()
              .filter(r -> r.path().equals(path) && r.method().equals("layer-cam"))
              .filter(r -> r.layer().equals("01SequentialBlock") && r.target().equals("top"))
              .findFirst()
              .orElseThrow();
      double value = expected.cells().get(i).measurement().value();
      assertThat(row.explained().scores().get("average-drop")).isCloseTo(value, within(1e-5));
    }
    // If half of the maps exist, the other half is missing.
    Dataset<Row> half =
        job.explain(images).where("method = 'grad-cam' or target = 'top' or path like '%000010%'");
    Dataset<Row> missing = job.missing(images, half);
    assertThat(missing.count()).isEqualTo(4);
    assertThat(job.explain(missing).collectAsList())
        .hasSize(4 * 2 * 2)
        .allSatisfy(
            row -> {
              assertThat(row.<String>getAs("method")).isEqualTo("layer-cam");
              assertThat(row.<String>getAs("target")).contains("cross");
            });
    assertThat(ExecutorModels.count()).isLessThanOrEqualTo(2);
  }

  @Test
  void anyColumnOfBytesAndTheImageSourceGiveTheSameMaps() throws IOException {
    Path files = folder.resolve("alike");
    List<Path> written = SceneFiles.write(SCENES, 20, 4, files);
    Map<String, ExplainedPicture> expected =
        byPath(job().build().explain(pictures(files).images()));
    assertThat(expected).hasSize(4);
    List<Row> table = new ArrayList<>();
    for (Path file : written) {
      table.add(RowFactory.create("file:" + file, Files.readAllBytes(file), 1));
    }
    table.add(RowFactory.create("nothing", null, null));
    StructType columns =
        new StructType()
            .add("id", DataTypes.StringType)
            .add("jpeg", DataTypes.BinaryType)
            .add("truth", DataTypes.IntegerType);
    Dataset<Row> bytes = spark.createDataset(table, Encoders.row(columns));
    Map<String, ExplainedPicture> rows =
        byPath(job().optColumns("id", "jpeg").optLabelColumn("truth").build().explain(bytes));
    assertThat(rows.get("nothing").error()).isEqualTo("nothing has no bytes in column jpeg");
    assertThat(rows.get("nothing").label()).isEqualTo(-1);
    assertThatThrownBy(() -> job().build().explain(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("column content of bytes")
        .hasMessageContaining("jpeg:binary");
    Dataset<Row> decoded = asImageSource(written);
    Map<String, ExplainedPicture> images = byPath(job().build().explain(decoded));
    assertThat(images).hasSize(4);
    expected.forEach(
        (path, row) -> {
          float[] values = row.explained().map().values();
          assertThat(rows.get(path).explained().map().values()).isEqualTo(values);
          assertThat(rows.get(path).label()).isEqualTo(1);
          ExplainedPicture.Explained other = images.get(path).explained();
          assertThat(other.map().values()).isEqualTo(values);
          assertThat(other.probability()).isEqualTo(row.explained().probability());
        });
  }

  /** The layout of Spark's MLlib: rows of blue, green and red. */
  private static Dataset<Row> asImageSource(List<Path> files) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (Path file : files) {
      Picture picture = Pictures.read(file);
      int[] rgb = picture.rgb();
      byte[] data = new byte[3 * rgb.length];
      for (int i = 0; i < data.length; i++) {
        data[i] = (byte) (rgb[i / 3] >> 8 * (i % 3));
      }
      rows.add(
          RowFactory.create(
              RowFactory.create("file:" + file, picture.height(), picture.width(), 3, 16, data)));
    }
    StructType image =
        new StructType()
            .add("origin", DataTypes.StringType)
            .add("height", DataTypes.IntegerType, false)
            .add("width", DataTypes.IntegerType, false)
            .add("nChannels", DataTypes.IntegerType, false)
            .add("mode", DataTypes.IntegerType, false)
            .add("data", DataTypes.BinaryType, false);
    return spark.createDataset(rows, Encoders.row(new StructType().add("image", image)));
  }

  @Test
  void invalidSettingsAreRefusedWithASentence() throws IOException {
    Path files = folder.resolve("refused");
    SceneFiles.write(SCENES, 0, 2, files);
    Dataset<Row> images = pictures(files).images();
    assertThatThrownBy(() -> job().optMethods("no-cam"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("grad-cam");
    assertThatThrownBy(() -> job().optMetrics("no-metric"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> job().optTargets("each(1,2)"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("each");
    assertThatThrownBy(() -> job().optBatch(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> job().optTargets("fish").build().explain(images).collectAsList())
        .hasMessageContaining("fish");
    assertThatThrownBy(() -> job().optLayers("no").build().explain(images).collectAsList())
        .hasMessageContaining("JobRefusedException")
        .hasMessageContaining("no layer 'no'; it can be cut at");
    assertThatThrownBy(() -> ModelSource.sent(spark, folder.resolve("nowhere")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> PictureFolder.of(spark, folder.resolve("nowhere").toString()))
        .isInstanceOf(IOException.class);
  }
}
