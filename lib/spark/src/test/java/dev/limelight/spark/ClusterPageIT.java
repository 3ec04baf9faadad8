package dev.limelight.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the Java of docs/CLUSTER.md, on scenes instead of cats and dogs. */
class ClusterPageIT {

  private static final Path PAGE = Path.of("..", "..", "docs", "CLUSTER.md");

  private static final String BEFORE =
      """
      import static dev.limelight.notebook.Notebook.*;
      import dev.limelight.*;
      import dev.limelight.audit.*;
      import dev.limelight.concept.*;
      import dev.limelight.data.*;
      import dev.limelight.notebook.*;
      import dev.limelight.notebook.chart.*;
      import dev.limelight.spark.*;
      import dev.limelight.spark.concept.*;
      import java.nio.file.*;
      import java.util.*;
      import org.apache.spark.sql.SparkSession;
      SparkSession spark = SparkSession.active();
      Explainer explainer = Explainer.builder().setModel(Path.of("net.pt")).optLabels("cat", "dog").load();
      """;

  @TempDir private Path folder;

  @Test
  void everySnippetRuns() throws IOException {
    SceneFiles.write(
        SceneFiles.scenes().build(), SceneFiles.HELD_OUT, 24, folder.resolve("photos"));
    List<String> snippets =
        Pattern.compile("(?s)```java\n(.*?)```")
            .matcher(Files.readString(PAGE))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(snippets).hasSize(3);
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.local.dir", folder.resolve("spark").toString())
            .getOrCreate();
    // In this JVM, which has the session, with the class path of the tests.
    try (JShell shell = JShell.builder().executionEngine("local").build()) {
      shell.addToClasspath(System.getProperty("java.class.path"));
      run(shell, adapted(BEFORE));
      for (String snippet : snippets) {
        run(shell, adapted(snippet));
      }
      run(shell, "explainer.close();");
    } finally {
      ExecutorModels.close();
      spark.stop();
    }
    assertThat(folder.resolve("seen").resolve("_SUCCESS")).exists();
  }

  private String adapted(String snippet) {
    String results = folder.resolve("seen").toUri().toString();
    return snippet
        .replace("hdfs:///photos", folder.resolve("photos").toUri().toString())
        .replace("hdfs:///seen", results)
        .replace("\"seen\"", '"' + results + '"')
        .replace("\"sample\"", '"' + folder.resolve("photos").toString() + '"')
        .replace("net.pt", SceneFiles.NETWORK.toString())
        .replace("\"cat\"", "\"circle\"")
        .replace("\"dog\"", "\"cross\"");
  }

  private static void run(JShell shell, String source) {
    String remaining = source;
    while (!remaining.isBlank()) {
      CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(remaining);
      assertThat(next.completeness().isComplete()).as(remaining).isTrue();
      for (SnippetEvent event : shell.eval(next.source())) {
        assertThat(event.exception()).as(next.source()).isNull();
        assertThat(event.status())
            .as("%s: %s", next.source(), shell.diagnostics(event.snippet()).toList())
            .isIn(Snippet.Status.VALID, Snippet.Status.OVERWRITTEN);
      }
      remaining = next.remaining();
    }
  }
}
