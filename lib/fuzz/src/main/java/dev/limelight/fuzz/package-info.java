/** Feeds damaged files to every reader, in a separate process; not part of a release. */
@NullMarked
package dev.limelight.fuzz;

import org.jspecify.annotations.NullMarked;
