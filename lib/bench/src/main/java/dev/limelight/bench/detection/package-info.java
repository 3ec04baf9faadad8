/** The cost of maps of the boxes of a detector. */
@NullMarked
package dev.limelight.bench.detection;

import org.jspecify.annotations.NullMarked;
