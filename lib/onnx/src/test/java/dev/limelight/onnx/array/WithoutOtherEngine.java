package dev.limelight.onnx.array;

import dev.limelight.model.EngineName;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Networks that are made in a class's tests compute with plain Java arrays. */
public final class WithoutOtherEngine implements BeforeAllCallback, AfterAllCallback {

  private static final String PROPERTY = "ai.djl.onnx.disable_alternative";

  @Override
  public void beforeAll(ExtensionContext context) {
    // DJL itself reads the property once; the tests use what its own arrays do by the other engine.
    EngineName.ONNX_RUNTIME.engine().getAlternativeEngine();
    System.setProperty(PROPERTY, "true");
  }

  @Override
  public void afterAll(ExtensionContext context) {
    System.clearProperty(PROPERTY);
  }
}
