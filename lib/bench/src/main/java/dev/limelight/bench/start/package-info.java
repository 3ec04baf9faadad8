/** How long the command line takes to start. */
@NullMarked
package dev.limelight.bench.start;

import org.jspecify.annotations.NullMarked;
