/** The commands that say what a network's outputs mean, and what a detector finds. */
@NullMarked
package dev.limelight.cli.detection;

import org.jspecify.annotations.NullMarked;
