package dev.limelight.onnx;

import dev.limelight.onnx.array.WithoutOtherEngine;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same explanations with plain Java arrays. */
@ExtendWith(WithoutOtherEngine.class)
class ExplainerOnJavaArraysTest extends OnnxExplainerTest {}
