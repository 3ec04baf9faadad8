/** The speed of NVIDIA's GPUs, and whether maps are the same there. */
@NullMarked
package dev.limelight.bench.gpu;

import org.jspecify.annotations.NullMarked;
