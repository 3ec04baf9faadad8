/** Networks, the layers at which they can be cut, and the two parts of a cut network. */
@NullMarked
package dev.limelight.model;

import org.jspecify.annotations.NullMarked;
