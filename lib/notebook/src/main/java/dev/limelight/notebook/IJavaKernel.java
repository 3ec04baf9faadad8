package dev.limelight.notebook;

import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;

/** The IJava kernel, which loads no extensions: {@link Notebook#install()} sets it up. */
final class IJavaKernel {

  private static final String MAIN_CLASS = "io.github.spencerpark.ijava.IJava";

  private IJavaKernel() {}

  /** Finds the running IJava kernel, or null. */
  static @Nullable BaseKernel running() {
    try {
      Class<?> main = Class.forName(MAIN_CLASS, true, ClassLoader.getSystemClassLoader());
      return (BaseKernel) main.getMethod("getKernelInstance").invoke(null);
    } catch (ClassNotFoundException noIJava) {
      return null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "this IJava kernel has no " + MAIN_CLASS + ".getKernelInstance(); use IJava 1.3.0", e);
    }
  }

  static void install(BaseKernel kernel) {
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

  private static void evaluate(BaseKernel kernel, String statement) {
    try {
      kernel.getClass().getMethod("evalRaw", String.class).invoke(kernel, statement);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(statement, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this IJava kernel cannot evaluate imports", e);
    }
  }
}
