/** Targets: the output of the network, or the function of its outputs, that a map explains. */
@NullMarked
package dev.limelight.target;

import org.jspecify.annotations.NullMarked;
