/** What occlusion would save if it computed what a window changes alone. */
@NullMarked
package dev.limelight.bench.occlusion;

import org.jspecify.annotations.NullMarked;
