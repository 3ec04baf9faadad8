/** Concepts of pictures on Apache Spark. */
@NullMarked
package dev.limelight.spark.concept;

import org.jspecify.annotations.NullMarked;
