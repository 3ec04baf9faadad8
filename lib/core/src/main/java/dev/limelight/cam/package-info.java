/** Class activation maps: what each method makes of the evidence at a layer; one file a method. */
@NullMarked
package dev.limelight.cam;

import org.jspecify.annotations.NullMarked;
