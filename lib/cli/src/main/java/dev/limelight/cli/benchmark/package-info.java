/** The options of the scenes of a benchmark. */
@NullMarked
package dev.limelight.cli.benchmark;

import org.jspecify.annotations.NullMarked;
