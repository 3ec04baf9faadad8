/** Explains and audits image sets too large for one machine, on Apache Spark. */
package dev.limelight.spark;
