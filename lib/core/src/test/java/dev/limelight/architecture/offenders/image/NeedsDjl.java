package dev.limelight.architecture.offenders.image;

import ai.djl.ndarray.types.Shape;

/** Is a picture, and needs DJL. */
public record NeedsDjl(Shape shape) {}
