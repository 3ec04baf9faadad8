/** The speed of whole sets of pictures. */
@NullMarked
package dev.limelight.bench.sets;

import org.jspecify.annotations.NullMarked;
