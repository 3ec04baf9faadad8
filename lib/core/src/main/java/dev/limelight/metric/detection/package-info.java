/** Metrics of the map of one box of a detector; one file a metric. */
@NullMarked
package dev.limelight.metric.detection;

import org.jspecify.annotations.NullMarked;
