package dev.limelight.randomisation;

import dev.limelight.onnx.array.WithoutOtherEngine;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same cascade with plain Java arrays. */
@ExtendWith(WithoutOtherEngine.class)
class CascadeOnJavaArraysTest extends OnnxCascadeTest {}
