package dev.limelight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo;
import dev.limelight.method.Methods;
import dev.limelight.metric.Metric;
import dev.limelight.metric.MetricInfo;
import dev.limelight.metric.Metrics;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * docs/METHODS.md and docs/METRICS.md hold what the library says about its methods and metrics.
 * {@code mvn test -pl lib/core -Dtest=MethodAndMetricPagesTest -Dlimelight.update=true} writes
 * them.
 */
class MethodAndMetricPagesTest {

  private static final Path DOCS = Path.of("..", "..", "docs");

  @Test
  void methodsAreThoseOfTheLibrary() throws Exception {
    StringBuilder page =
        new StringBuilder(
            """
            # Methods

            Written by `MethodAndMetricPagesTest` from what each method says about itself; `limelight methods` prints the same.

            Not sure? `grad-cam` is the default and the usual first choice. `spotlight` finds the object more precisely,
            and `hires-cam` shows where the score really comes from. Compare them on your own pictures with `limelight compare`:
            a method that does not beat the controls there tells you nothing.

            """);
    List<Method> all = Methods.all();
    table(
        page,
        "Class activation maps",
        "Each has the resolution of one layer of the network. Those that need no gradients run on any engine.",
        all.stream().filter(each -> is(each, MethodInfo.Family.CAM)).toList());
    table(
        page,
        "Gradients",
        "Each has the resolution of the picture, and needs the gradient of the whole network.",
        all.stream().filter(each -> is(each, MethodInfo.Family.GRADIENT)).toList());
    table(
        page,
        "Perturbations",
        "These need nothing but the scores of changed copies of the picture. They are slow.",
        all.stream().filter(each -> is(each, MethodInfo.Family.PERTURBATION)).toList());
    table(
        page,
        "Controls",
        "Maps that know nothing about the network. A method should beat them.",
        all.stream().filter(each -> each.info().control()).toList());
    assertPage("METHODS.md", page.toString());
  }

  @Test
  void metricsAreThoseOfTheLibrary() throws Exception {
    StringBuilder page =
        new StringBuilder(
            """
            # Metrics

            Written by `MethodAndMetricPagesTest` from what each metric says about itself.

            No metric alone tells a good map. Read at least one that removes pixels (`deletion`, `insertion`, `road`), one that
            knows where the object is (`pointing-game`, `energy-in-mask`), and `model-randomisation`; and look at the controls
            in the same table.

            | metric | what it measures | better | needs a mask | arguments | paper |
            |---|---|---|---|---|---|
            """);
    for (Metric metric : Metrics.all()) {
      MetricInfo info = metric.info();
      row(
          page,
          "`" + info.name() + "`",
          info.summary(),
          info.higherIsBetter() ? "higher" : "lower",
          info.needsMask() ? "yes" : "no",
          arguments(metric),
          paper(info.paper(), info.link()));
    }
    assertPage("METRICS.md", page.toString());
  }

  private static boolean is(Method method, MethodInfo.Family family) {
    return method.info().family() == family && !method.info().control();
  }

  private static void table(StringBuilder page, String title, String text, List<Method> methods) {
    page.append("## ").append(title).append("\n\n").append(text).append("\n\n");
    row(
        page,
        "method",
        "what it shows",
        "gradients",
        "for one class",
        "cost",
        "arguments",
        "paper");
    page.append("|---|---|---|---|---|---|---|\n");
    for (Method method : methods) {
      MethodInfo info = method.info();
      row(
          page,
          "`" + info.name() + "`",
          info.summary(),
          info.gradients() ? "yes" : "no",
          info.classes() ? "yes" : "no",
          info.cost(),
          arguments(method),
          paper(info.paper(), info.link()));
    }
    page.append('\n');
  }

  private static void row(StringBuilder page, String... cells) {
    page.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static String paper(String paper, String link) {
    return link.isEmpty() ? paper : "[" + paper + "](" + link + ")";
  }

  /** The components of the record with their defaults. */
  private static String arguments(Object plugIn) {
    return Arrays.stream(plugIn.getClass().getRecordComponents())
        .map(component -> "`" + component.getName() + "=" + value(plugIn, component) + "`")
        .collect(Collectors.joining(", "));
  }

  private static Object value(Object plugIn, RecordComponent component) {
    try {
      Object value = component.getAccessor().invoke(plugIn);
      return value instanceof Method inner ? inner.info().name() : value;
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertPage(String name, String wanted) throws Exception {
    Path page = DOCS.resolve(name);
    String text = wanted.strip() + "\n";
    if (Boolean.getBoolean("limelight.update")) {
      Files.writeString(page, text);
    }
    assertThat(Files.readString(page)).as(name).isEqualTo(text);
  }
}
