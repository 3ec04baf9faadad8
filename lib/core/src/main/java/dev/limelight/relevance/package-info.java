/** Methods that propagate a score back to the picture by rules of relevance. */
@NullMarked
package dev.limelight.relevance;

import org.jspecify.annotations.NullMarked;
