/** Speed and memory, as ratios within one run; never part of a test. */
@NullMarked
package dev.limelight.bench;

import org.jspecify.annotations.NullMarked;
