/** A second JVM, with limits, in which the file of a stranger is loaded and run. */
@NullMarked
package dev.limelight.isolation;

import org.jspecify.annotations.NullMarked;
