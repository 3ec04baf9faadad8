package dev.limelight.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.LanguageInfo;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.dflib.jjava.jupyter.Extension;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

class KernelsTest {

  /** A kernel of the library that IJava is built on; it records what it receives. */
  public static final class SmallKernel extends BaseKernel {
    final List<String> evaluated = new ArrayList<>();
    final List<DisplayData> displayed = new ArrayList<>();

    /** The additional method of the IJava kernel. */
    public Object evalRaw(String source) {
      evaluated.add(source);
      if (source.contains("perturb")) {
        throw new IllegalStateException("package dev.limelight.perturb does not exist");
      }
      return null;
    }

    @Override
    public DisplayData eval(String source) {
      return null;
    }

    @Override
    public void display(DisplayData data) {
      displayed.add(data);
    }

    @Override
    public LanguageInfo getLanguageInfo() {
      return new LanguageInfo.Builder("Java").build();
    }
  }

  @Test
  void jjavaFindsTheExtension() {
    assertThat(ServiceLoader.load(Extension.class))
        .anySatisfy(extension -> assertThat(extension).isInstanceOf(JJavaExtension.class));
  }

  @Test
  void anIJavaKernelShowsTablesOnceInstalled() {
    SmallKernel kernel = new SmallKernel();
    Screen before = Notebook.screen();
    try {
      IJavaKernel.install(kernel);
      IJavaKernel.install(kernel);
      Table table = Table.create("t", IntColumn.create("n", 1));

      DisplayData result = kernel.getRenderer().render(table);
      assertThat(result.getData(MIMEType.TEXT_HTML)).asString().contains("<caption");
      assertThat(result.getData(MIMEType.TEXT_PLAIN)).asString().startsWith("t\nn");

      Notebook.show(table);
      assertThat(kernel.displayed).hasSize(1);
      assertThat(kernel.displayed.get(0).hasDisplayId()).isFalse();
      Notebook.live("first");
      assertThat(kernel.displayed.get(1).getDisplayId()).startsWith("limelight-");
    } finally {
      Notebook.use(before);
    }
  }

  @Test
  void aMissingPackageAffectsOnlyItsOwnImport() {
    SmallKernel kernel = new SmallKernel();
    Screen before = Notebook.screen();
    try {
      IJavaKernel.install(kernel);
    } finally {
      Notebook.use(before);
    }
    assertThat(kernel.evaluated).isEqualTo(Imports.STATEMENTS);
  }
}
