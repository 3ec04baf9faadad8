/** Metrics: how good a map is, one file a metric. */
@NullMarked
package dev.limelight.metric;

import org.jspecify.annotations.NullMarked;
