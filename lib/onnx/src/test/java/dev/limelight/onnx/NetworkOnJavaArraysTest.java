package dev.limelight.onnx;

import dev.limelight.onnx.array.WithoutOtherEngine;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same cuts with plain Java arrays. */
@ExtendWith(WithoutOtherEngine.class)
class NetworkOnJavaArraysTest extends OnnxNetworkTest {}
