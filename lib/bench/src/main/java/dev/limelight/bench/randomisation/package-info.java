/** Whether maps depend on what a network has learnt. */
@NullMarked
package dev.limelight.bench.randomisation;

import org.jspecify.annotations.NullMarked;
