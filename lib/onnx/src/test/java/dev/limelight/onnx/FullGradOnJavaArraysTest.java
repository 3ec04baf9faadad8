package dev.limelight.onnx;

import dev.limelight.onnx.array.WithoutOtherEngine;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same maps with plain Java arrays. */
@ExtendWith(WithoutOtherEngine.class)
class FullGradOnJavaArraysTest extends FullGradTest {}
