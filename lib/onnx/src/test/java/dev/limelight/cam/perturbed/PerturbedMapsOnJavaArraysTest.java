package dev.limelight.cam.perturbed;

import dev.limelight.onnx.array.WithoutOtherEngine;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the tests of the library's own formats ask, with plain Java arrays. */
@ExtendWith(WithoutOtherEngine.class)
class PerturbedMapsOnJavaArraysTest extends OnnxPerturbedMapsTest {}
