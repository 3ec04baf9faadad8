/** Methods that change the picture and look at the score; one file a method. */
@NullMarked
package dev.limelight.perturb;

import org.jspecify.annotations.NullMarked;
