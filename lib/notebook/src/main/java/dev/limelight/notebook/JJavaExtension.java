package dev.limelight.notebook;

import java.lang.reflect.Method;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;

/** Adds this library's outputs and imports to a JJava kernel, which loads it automatically. */
public final class JJavaExtension implements Extension {

  /** For the kernel's service loader. */
  public JJavaExtension() {}

  @Override
  public void install(BaseKernel kernel) {
    Notebook.use(
        new Screen() {
          @Override
          public void show(Rendering rendering) {
            kernel.display(data(rendering));
          }

          @Override
          public void display(Rendering rendering, String id) {
            DisplayData data = data(rendering);
            data.putTransientData("display_id", id);
            kernel.display(data);
          }

          @Override
          public void update(Rendering rendering, String id) {
            kernel.getIO().display.updateDisplay(id, data(rendering));
          }
        });
    for (Class<?> kind : Renderings.kinds()) {
      kernel
          .getRenderer()
          .createRegistration(kind)
          .preferring("text/html")
          .register((value, context) -> fill(context.getOutputContainer(), Renderings.of(value)));
    }
    Imports.into(statement -> evaluate(kernel, statement));
  }

  private static DisplayData data(Rendering rendering) {
    DisplayData data = new DisplayData();
    fill(data, rendering);
    return data;
  }

  private static void fill(DisplayData data, Rendering rendering) {
    data.putText(rendering.text());
    data.putHTML(rendering.html());
    if (!rendering.facts().isEmpty()) {
      data.putData(Rendering.FACTS, rendering.facts());
    }
  }

  /** Newer kernels use a builder instead of the source. */
  private static void evaluate(BaseKernel kernel, String statement) {
    try {
      kernel.evalRaw(statement);
    } catch (NoSuchMethodError newer) {
      try {
        Method builder = BaseKernel.class.getMethod("evalBuilder", String.class);
        Method eval = builder.getReturnType().getMethod("eval");
        eval.invoke(builder.invoke(kernel, statement));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(statement, e);
      }
    }
  }
}
