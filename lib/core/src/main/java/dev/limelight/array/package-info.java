/** How numbers of Java become arrays of an engine. */
@NullMarked
package dev.limelight.array;

import org.jspecify.annotations.NullMarked;
