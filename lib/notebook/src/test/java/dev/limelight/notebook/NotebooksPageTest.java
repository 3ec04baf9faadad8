package dev.limelight.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import jdk.jshell.JShell;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import org.junit.jupiter.api.Test;

/** Runs the cells of docs/NOTEBOOKS.md with the notebooks' imports, as a kernel would. */
class NotebooksPageTest {

  private static final Path PAGE = Path.of("..", "..", "docs", "NOTEBOOKS.md");

  /** Variables that the page assumes. */
  private static final String BEFORE =
      """
      double share = 0.8, energy = 0.4, trainLoss = 0.6, validationLoss = 0.7;
      List<String> pictures = List.of("cat.jpg", "dog.jpg");
      """;

  @Test
  void everyCellRuns() throws IOException {
    List<String> cells =
        Pattern.compile("(?s)```java\n(.*?)```")
            .matcher(Files.readString(PAGE))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(cells).isNotEmpty();
    try (RecordingScreen screen = new RecordingScreen();
        JShell shell = JShell.builder().executionEngine("local").build()) {
      shell.addToClasspath(System.getProperty("java.class.path"));
      shell.eval("import java.util.*;");
      Imports.into(shell::eval);
      run(shell, BEFORE);
      cells.forEach(cell -> run(shell, cell));

      assertThat(screen.outputs().toString())
          .contains("The network looks at the dog, not at the grass.", "80 %")
          .contains("LIMELIGHT_PROFILE")
          .contains("Chart: Loss");
    }
  }

  private static void run(JShell shell, String source) {
    CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(source);
    assertThat(next.completeness().isComplete()).as(source).isTrue();
    for (SnippetEvent event : shell.eval(next.source())) {
      assertThat(shell.diagnostics(event.snippet())).as(next.source()).isEmpty();
      assertThat(event.exception()).as(next.source()).isNull();
    }
    if (!next.remaining().isBlank()) {
      run(shell, next.remaining());
    }
  }
}
