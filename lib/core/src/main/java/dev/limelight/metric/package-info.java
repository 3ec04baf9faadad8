/** How good maps are: metrics, their evaluation over pictures, and verdicts. */
package dev.limelight.metric;
