/** Metrics: how good a map is, one file a metric. */
package dev.limelight.metric;
