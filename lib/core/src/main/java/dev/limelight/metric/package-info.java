/**
 * How good maps are: metrics, their evaluation over pictures, verdicts, and audits of image sets.
 */
package dev.limelight.metric;
