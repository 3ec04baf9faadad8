/** Metrics that compare a map with the mask of an object; one file a metric. */
package dev.limelight.metric.localisation;
