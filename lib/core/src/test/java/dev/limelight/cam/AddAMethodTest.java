package dev.limelight.cam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.limelight.Explainer;
import dev.limelight.Plan;
import dev.limelight.Question;
import dev.limelight.TinyResNet;
import dev.limelight.method.Method;
import dev.limelight.target.Target;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kohsuke.metainf_services.AnnotationProcessorImpl;

/** The example of docs/ADD_A_METHOD.md, as it stands there. */
class AddAMethodTest {

  private static final Path GUIDE = Path.of("..", "..", "docs", "ADD_A_METHOD.md");

  @TempDir private Path folder;

  @Test
  void theExampleOfTheGuideIsCompiledAndRun() throws Exception {
    Matcher example =
        Pattern.compile("(?s)```java\n(.*?public record (\\w+)\\(.*?)```")
            .matcher(Files.readString(GUIDE));
    assertThat(example.find()).isTrue();
    String name = example.group(2);
    Path source = Files.writeString(folder.resolve(name + ".java"), example.group(1));
    compile(source);
    // Found as a service, as a method of the library is: no list names it.
    try (URLClassLoader loader =
            new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
        Model model = TinyResNet.symbol();
        NDManager scope = model.getNDManager().newSubManager();
        Explainer explainer = Explainer.of(model)) {
      Method method =
          ServiceLoader.load(Method.class, loader).stream()
              .filter(one -> one.type().getSimpleName().equals(name))
              .map(ServiceLoader.Provider::get)
              .findFirst()
              .orElseThrow();
      NDArray x = TinyResNet.golden(scope).get("x").get("0:2");
      float[] map =
          explainer
              .explain(Question.of(x).methods(method).targets(Target.of(1)))
              .get(1)
              .map()
              .values();
      // The guide says so: on a linear head it is Grad-CAM.
      float[] gradCam =
          explainer
              .explain(Question.of(x).methods(new GradCam()).targets(Target.of(1)))
              .get(1)
              .map()
              .values();
      assertThat(map).containsExactly(gradCam, within(1e-4f));
      Plan.Row row = explainer.plan(List.of(method), Target.top()).rows().get(0);
      assertThat(row.passes()).isEqualTo("784 head forwards");
    }
  }

  private void compile(Path source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertThat(compiler).as("a JDK and not only a runtime").isNotNull();
    StringWriter messages = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                messages,
                null,
                null,
                List.of(
                    "-Xlint:all,-processing",
                    "-Werror",
                    "-processor",
                    AnnotationProcessorImpl.class.getName(),
                    "-d",
                    folder.toString(),
                    "-cp",
                    System.getProperty("java.class.path")),
                null,
                compiler
                    .getStandardFileManager(null, null, null)
                    .getJavaFileObjects(source.toFile()))
            .call();
    assertThat(compiled).as(messages.toString()).isTrue();
  }
}
