package dev.limelight.architecture.offenders.cam;

import ai.djl.mxnet.engine.MxNDArray;

/** Names a class of an engine where all engines are alike. */
public record NamesAnEngine(MxNDArray array) {}
