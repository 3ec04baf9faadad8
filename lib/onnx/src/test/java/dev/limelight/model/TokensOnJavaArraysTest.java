package dev.limelight.model;

import dev.limelight.onnx.array.WithoutOtherEngine;
import org.junit.jupiter.api.extension.ExtendWith;

/** Layers of tokens with plain Java arrays. */
@ExtendWith(WithoutOtherEngine.class)
class TokensOnJavaArraysTest extends OnnxTokensTest {}
