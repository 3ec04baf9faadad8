package dev.limelight.report;

import dev.limelight.Explainer;
import dev.limelight.model.Preprocessing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Texts that try to run a script in a page. */
public final class HostileTexts {

  /** Each sets a global if it is more than text. */
  public static final List<String> ALL =
      List.of(
          "<script>window.hacked=1</script>",
          "</script><script>window.hacked=2</script>",
          "\"><img src=x onerror=\"window.hacked=3\">",
          "'><svg onload='window.hacked=4'></svg>",
          "javascript:window.hacked=5",
          "\u2028window.hacked=6\u2029//\\u003cscript>",
          "${window.hacked=7}{{window.hacked=8}}`",
          "--></title></style><script>window.hacked=9</script><!--",
          "]]>\\\";window.hacked=10;//&quot;&lt;script&gt;");

  private HostileTexts() {}

  /** The network of the shapes with such texts as labels, for images of some side. */
  public static Explainer explainer(int side) throws IOException {
    return Explainer.builder()
        .setModel(Path.of("..", "..", "notebooks/data/models/shapes/shapes-symbol.json"))
        .optLabels(ALL.subList(0, 4))
        .optPreprocessing(Preprocessing.of(side, side))
        .load();
  }
}
