package dev.limelight.method;

import dev.limelight.onnx.array.WithoutOtherEngine;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract of all methods, on the fixture as an .onnx file with plain Java arrays. */
@ExtendWith(WithoutOtherEngine.class)
class MethodsOnJavaArraysTest extends MethodsOnOnnxTest {}
