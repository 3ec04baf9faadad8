/** Explains and audits image sets too large for one machine, on Apache Spark. */
@NullMarked
package dev.limelight.spark;

import org.jspecify.annotations.NullMarked;
