/** What methods of segments cost beside the forward passes. */
@NullMarked
package dev.limelight.bench.segments;

import org.jspecify.annotations.NullMarked;
