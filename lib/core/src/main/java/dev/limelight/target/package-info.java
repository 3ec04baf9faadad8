/** What a map explains: one output of the network, or a function of its outputs. */
@NullMarked
package dev.limelight.target;

import org.jspecify.annotations.NullMarked;
