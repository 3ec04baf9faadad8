/** Metrics that compare a map with the mask of an object; one file a metric. */
@NullMarked
package dev.limelight.metric.localisation;

import org.jspecify.annotations.NullMarked;
